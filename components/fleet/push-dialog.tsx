'use client'
import { type FormEvent, useId, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import type { Failure } from '@/lib/domain/failure'
import type { PushImage } from '@/lib/domain/image-push'
import { registryOf } from '@/lib/domain/image-reference'
import type { ImageDetail } from '@/lib/domain/workspace-image-view'

type PushDialogProps = {
  image: ImageDetail
  pending: boolean
  failure: Failure | null
  onPush: (push: PushImage) => void
  onClose: () => void
}

/** Where to, and who logs in there. The login that the workspace image has is used where it is for the same registry. */
export function PushDialog({ image, pending, failure, onPush, onClose }: PushDialogProps) {
  const formId = useId()
  const [reference, setReference] = useState(image.push?.reference ?? '')
  const [user, setUser] = useState(image.push?.registryUser ?? '')
  const [password, setPassword] = useState('')
  const errors = failure?.fields ?? {}
  const known = image.registryUser !== null && registryOf(reference.trim()) === registryOf(image.reference)

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const login = user.trim() === '' && password === '' ? undefined : { user, password }
    onPush({ reference, ...(login ? { registry: login } : {}) })
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Push ${image.name} to a registry`}
      description="The agent that has the image sends it there itself, so it must reach the registry. Nothing changes for the workspace until you say so."
      dismissible={!pending}
      footer={
        <>
          <Button onClick={onClose} disabled={pending}>
            Cancel
          </Button>
          <Button type="submit" form={formId} variant="primary" pending={pending} pendingLabel="Asking…">
            Push
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} className="flex flex-col gap-4" noValidate>
        {failure && !failure.fields && (
          <Notice tone="danger" title={failure.message} live>
            {failure.hint}
          </Notice>
        )}
        <Field
          label="Under this name"
          error={errors.reference}
          hint="The registry’s address, a path and a tag, such as registry.example.org/team/desktop:1."
          required
        >
          <Input
            value={reference}
            data-autofocus=""
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            className="font-mono"
            maxLength={512}
            onChange={(event) => setReference(event.target.value)}
          />
        </Field>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field
            label="User name"
            error={errors['registry.user']}
            hint={known ? `Empty: ${image.registryUser}, as stored.` : 'Empty: no login.'}
          >
            <Input
              value={user}
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              maxLength={256}
              onChange={(event) => setUser(event.target.value)}
            />
          </Field>
          <Field label="Password or token" error={errors['registry.password']} hint="Kept encrypted; goes only to that registry.">
            <Input
              type="password"
              value={password}
              autoComplete="new-password"
              maxLength={4096}
              onChange={(event) => setPassword(event.target.value)}
            />
          </Field>
        </div>
      </form>
    </Dialog>
  )
}
