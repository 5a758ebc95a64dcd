'use client'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { ShownOnce } from '@/components/account/shown-once'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { Select } from '@/components/ui/select'
import { useAction } from '@/lib/client/use-action'
import { createApiKeyAction } from './actions'

const lifetimes = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'One year' },
  { value: '', label: 'Until it is revoked' },
]

export function CreateKeyDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const router = useRouter()
  const [key, setKey] = useState<string | null>(null)
  const { run, pending, failure, reset } = useAction(createApiKeyAction)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const days = String(fields.get('lifetime') ?? '')
    const result = await run({ name: String(fields.get('name') ?? ''), expiresInDays: days === '' ? null : Number(days) })
    if (result.ok) setKey(result.data.key)
  }

  function close() {
    onOpenChange(false)
    if (key !== null) router.refresh()
    setKey(null)
    reset()
  }

  return (
    <Dialog
      open={open}
      onOpenChange={close}
      title={key === null ? 'New API key' : 'Your new API key'}
      dismissible={key === null}
      footer={
        key === null ? (
          <>
            <Button variant="ghost" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" form="new-api-key" variant="primary" pending={pending}>
              Make key
            </Button>
          </>
        ) : (
          <Button variant="primary" onClick={close}>
            I have kept it
          </Button>
        )
      }
    >
      {key === null ? (
        <form id="new-api-key" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
          {failure && !failure.fields && (
            <Notice tone="danger" title={failure.message} live>
              {failure.hint}
            </Notice>
          )}
          <Field label="Name" required hint="What uses it, for the day when you revoke it." error={failure?.fields?.name}>
            <Input name="name" required maxLength={80} autoComplete="off" data-autofocus="" />
          </Field>
          <Field label="Holds for" error={failure?.fields?.expiresInDays}>
            <Select name="lifetime" options={lifetimes} defaultValue="90" />
          </Field>
        </form>
      ) : (
        <ShownOnce label="API key" text={key} />
      )}
    </Dialog>
  )
}
