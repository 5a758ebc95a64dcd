'use client'
import { type FormEvent, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { useAction } from '@/lib/client/use-action'
import { useHydrated } from '@/lib/client/use-hydrated'
import type { ActionResult } from '@/lib/domain/failure'

export type ChangePasswordAction = (input: { present: string; next: string }) => Promise<ActionResult<{ ended: number }>>

type ChangePasswordFormProps = {
  action: ChangePasswordAction
  onChanged: (ended: number) => void
}

const shortest = 12

export function ChangePasswordForm({ action, onChanged }: ChangePasswordFormProps) {
  const [mismatch, setMismatch] = useState<string | null>(null)
  const { run, pending, failure } = useAction(action)
  const hydrated = useHydrated()

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = event.currentTarget
    const value = (name: string) => String(new FormData(form).get(name) ?? '')
    const differs = value('next') !== value('repeat')
    setMismatch(differs ? 'The two new passwords are not the same.' : null)
    if (differs) return
    const result = await run({ present: value('present'), next: value('next') })
    if (!result.ok) return
    form.reset()
    onChanged(result.data.ended)
  }

  const fields = failure?.fields ?? {}
  return (
    <form method="post" onSubmit={(event) => void submit(event)} className="flex max-w-sm flex-col gap-4">
      {failure && Object.keys(fields).length === 0 && (
        <Notice tone="danger" title={failure.message} live>
          {failure.hint}
        </Notice>
      )}
      <Field label="Present password" required error={fields.present}>
        <Input name="present" type="password" autoComplete="current-password" required maxLength={256} />
      </Field>
      <Field label="New password" required error={fields.next} hint={`At least ${shortest} characters.`}>
        <Input name="next" type="password" autoComplete="new-password" required minLength={shortest} maxLength={256} />
      </Field>
      <Field label="New password again" required error={mismatch}>
        <Input name="repeat" type="password" autoComplete="new-password" required maxLength={256} />
      </Field>
      <div>
        <Button type="submit" variant="primary" disabled={!hydrated} pending={pending} pendingLabel="Changing…">
          Change password
        </Button>
      </div>
    </form>
  )
}
