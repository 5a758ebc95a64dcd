'use client'
import { type FormEvent, type ReactNode, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { Switch } from '@/components/ui/switch'
import { Textarea } from '@/components/ui/textarea'
import { useAction } from '@/lib/client/use-action'
import type { Failure } from '@/lib/domain/failure'
import type { SessionDetail } from '@/lib/domain/session'
import type { AuthoringActions } from './authoring-actions'

type CommitFormProps = {
  session: SessionDetail
  commit: AuthoringActions['commitSave']
  onChanged: (session: SessionDetail) => void
  /** The button that leads back. */
  back: ReactNode
  /** Why that did not work. */
  failure: Failure | null
}

export function CommitForm({ session, commit, onChanged, back, failure }: CommitFormProps) {
  const [name, setName] = useState(`${session.imageName} (changed)`.slice(0, 80))
  const [notes, setNotes] = useState('')
  const [enabled, setEnabled] = useState(true)
  const call = useAction(commit, { onSuccess: onChanged })

  function submit(event: FormEvent) {
    event.preventDefault()
    void call.run({ sessionId: session.id, name, notes, enabled })
  }

  const wrong = call.failure ?? failure
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4 border-line border-t pt-4">
      <Field label="Name of the new workspace" required error={call.failure?.fields?.name}>
        <Input value={name} maxLength={80} autoComplete="off" onChange={(event) => setName(event.target.value)} />
      </Field>
      <Field label="Notes" hint="For administrators: what was changed, and why." error={call.failure?.fields?.notes}>
        <Textarea value={notes} onChange={(event) => setNotes(event.target.value)} />
      </Field>
      <Switch
        label="Switch it on"
        hint="People see it in the launcher. It is on this agent only until it is copied or pushed."
        checked={enabled}
        onChange={(event) => setEnabled(event.target.checked)}
      />
      {wrong && !wrong.fields && (
        <Notice tone="danger" live title={wrong.message}>
          {wrong.hint}
        </Notice>
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" pending={call.pending} pendingLabel="Asking…" disabled={name.trim() === ''}>
          Make the workspace image
        </Button>
        {back}
      </div>
    </form>
  )
}
