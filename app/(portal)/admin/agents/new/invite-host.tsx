'use client'
import { type FormEvent, useState } from 'react'
import { createHostEnrolmentAction } from '@/app/(portal)/admin/agents/actions'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { NumberInput } from '@/components/ui/number-input'
import { TagInput } from '@/components/ui/tag-input'
import { hostQueries } from '@/lib/client/host-queries'
import { useAction } from '@/lib/client/use-action'
import { useHydrated } from '@/lib/client/use-hydrated'
import type { CreatedHostEnrolment } from '@/lib/domain/host-enrolment'
import { InvitedHost } from './invited-host'

/** First what the host is to be, then the line for it, then what it does. */
export function InviteHost({ knownGroups }: { knownGroups: string[] }) {
  const hydrated = useHydrated()
  const [invited, setInvited] = useState<CreatedHostEnrolment | null>(null)
  const [groups, setGroups] = useState<string[]>([])
  const { run, pending, failure, reset } = useAction(createHostEnrolmentAction, { invalidates: [hostQueries.all] })
  const errors = failure?.fields ?? {}

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const text = (name: string) => String(fields.get(name) ?? '').trim()
    const result = await run({
      name: text('name'),
      groups,
      address: text('address') || null,
      port: Number(text('port')),
    })
    if (result.ok) setInvited(result.data)
  }

  if (invited) {
    const another = () => {
      setInvited(null)
      setGroups([])
      reset()
    }
    return <InvitedHost invited={invited} another={another} />
  }
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="max-w-3xl">
      {/* What was typed before the script runs would be lost. */}
      <fieldset disabled={!hydrated} className="contents">
        <Card
          title="The host"
          footer={
            <Button type="submit" variant="primary" pending={pending} pendingLabel="Making it…">
              Make the line
            </Button>
          }
        >
          <div className="grid gap-5 sm:grid-cols-2">
            {failure && (!failure.fields || failure.code !== 'invalid_input') && (
              <Notice tone="danger" title={failure.message} live className="sm:col-span-2">
                {failure.hint}
              </Notice>
            )}
            <Field label="Name" required hint="As it is called in lists and reasons." error={errors.name}>
              <Input name="name" required maxLength={63} placeholder="gpu-1" autoComplete="off" />
            </Field>
            <Field label="Groups" hint="Labels that a workspace may ask for. Enter or a comma ends one." error={errors.groups}>
              {(wiring) => (
                <TagInput
                  id={wiring.id}
                  aria-describedby={wiring['aria-describedby']}
                  aria-invalid={wiring['aria-invalid']}
                  value={groups}
                  onChange={setGroups}
                  suggestions={knownGroups}
                  maxLength={60}
                />
              )}
            </Field>
            <Field
              label="Address"
              hint="Name or IP address at which the portal reaches it. Empty: the one that it asks from."
              error={errors.address}
            >
              <Input name="address" placeholder="gpu-1.lab.example" autoComplete="off" autoCapitalize="off" spellCheck={false} />
            </Field>
            <Field label="Port" required hint="Docker listens there, with mutual TLS only." error={errors.port}>
              <NumberInput name="port" defaultValue={2376} min={1} max={65_535} inputMode="numeric" />
            </Field>
          </div>
        </Card>
      </fieldset>
    </form>
  )
}
