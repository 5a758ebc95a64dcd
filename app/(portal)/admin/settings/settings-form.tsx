'use client'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { DurationInput } from '@/components/form/duration-input'
import { ScaledNumberInput } from '@/components/form/scaled-number-input'
import { Button } from '@/components/ui/button'
import { ByteSizeInput } from '@/components/ui/byte-size-input'
import { Card } from '@/components/ui/card'
import { Field } from '@/components/ui/field'
import { Notice } from '@/components/ui/notice'
import { toast } from '@/components/ui/toast'
import { useAction } from '@/lib/client/use-action'
import type { Settings } from '@/lib/domain/settings'
import { updateSettingsAction } from './actions'

/** While typing, a field may be empty even where a number is needed: the server says so. */
type Draft = { [Key in keyof Settings]: number | null }

export function SettingsForm({ settings }: { settings: Settings }) {
  const router = useRouter()
  const [draft, setDraft] = useState<Draft>(settings)
  const { run, pending, failure } = useAction(updateSettingsAction, {
    onSuccess: () => {
      toast.ok('Settings are saved')
      router.refresh()
    },
  })
  const errors = failure?.fields ?? {}
  const bind = (key: keyof Settings) => ({
    value: draft[key],
    onChange: (next: number | null) => setDraft((before) => ({ ...before, [key]: next })),
  })

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    void run(draft as Settings)
  }

  return (
    <form onSubmit={submit} className="flex max-w-3xl flex-col gap-5" noValidate>
      {failure && (
        <Notice tone="danger" title={failure.message} live>
          {failure.hint}
        </Notice>
      )}
      <Card title="Each person, at once">
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Sessions" error={errors.maxSessionsPerUser} required>
            <ScaledNumberInput scale={1} min={1} {...bind('maxSessionsPerUser')} />
          </Field>
          <Field label="GPUs" error={errors.maxGpusPerUser} required>
            <ScaledNumberInput scale={1} min={0} {...bind('maxGpusPerUser')} />
          </Field>
          <Field label="CPU" error={errors.maxCpuMillisPerUser} hint="Empty: no limit.">
            <ScaledNumberInput scale={1000} min={0} unit="cores" {...bind('maxCpuMillisPerUser')} />
          </Field>
          <Field label="Memory" error={errors.maxMemoryBytesPerUser} hint="Empty: no limit.">
            <ByteSizeInput {...bind('maxMemoryBytesPerUser')} />
          </Field>
        </div>
      </Card>
      <Card title="Time" description="At its limit a session is stopped, never deleted: its home stays.">
        <Field
          label="Time limit of a session"
          error={errors.defaultTimeLimitSeconds}
          hint="Empty: none. A workspace may set a shorter one."
          className="max-w-sm"
        >
          <DurationInput {...bind('defaultTimeLimitSeconds')} />
        </Field>
      </Card>
      <Card title="Files" description="What people bring into their sessions and take out of them, one file at a time.">
        <Field
          label="Largest file"
          error={errors.maxTransferBytes}
          hint="From 1 MiB to 1 TiB. A disk can be filled with many small ones as well."
          required
          className="max-w-sm"
        >
          <ByteSizeInput {...bind('maxTransferBytes')} />
        </Field>
      </Card>
      <Card
        title="Image updates"
        description="Registries are asked what a workspace’s tag names; a new build is fetched in the background and used by new sessions."
      >
        <Field
          label="Ask every"
          error={errors.imageCheckHours}
          hint="0: only when you ask on the image’s page."
          required
          className="max-w-sm"
        >
          <ScaledNumberInput scale={1} min={0} unit="hours" {...bind('imageCheckHours')} />
        </Field>
      </Card>
      <Card
        title="Images"
        description="What Berth brought to an agent, and no enabled workspace, session or container there needs. Nothing else is ever removed."
      >
        <Field
          label="Remove unused images after"
          error={errors.removeUnusedImagesAfterDays}
          hint="Empty: never by itself. On an agent’s page they can be removed at any time."
          className="max-w-sm"
        >
          <ScaledNumberInput scale={1} min={1} unit="days" {...bind('removeUnusedImagesAfterDays')} />
        </Field>
      </Card>
      <Card title="History" description="What is older is removed; sessions that still exist are never touched.">
        <div className="grid gap-4 sm:grid-cols-3">
          <Field label="Ended sessions" error={errors.endedSessionRetentionDays} required>
            <ScaledNumberInput scale={1} min={1} unit="days" {...bind('endedSessionRetentionDays')} />
          </Field>
          <Field label="Events" error={errors.eventRetentionDays} required>
            <ScaledNumberInput scale={1} min={1} unit="days" {...bind('eventRetentionDays')} />
          </Field>
          <Field label="Measurements" error={errors.sampleRetentionDays} required>
            <ScaledNumberInput scale={1} min={1} unit="days" {...bind('sampleRetentionDays')} />
          </Field>
        </div>
      </Card>
      <div>
        <Button type="submit" variant="primary" pending={pending} pendingLabel="Saving…">
          Save settings
        </Button>
      </div>
    </form>
  )
}
