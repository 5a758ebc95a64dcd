'use client'
import { DurationInput } from '@/components/form/duration-input'
import { ScaledNumberInput } from '@/components/form/scaled-number-input'
import { ByteSizeInput } from '@/components/ui/byte-size-input'
import { Field } from '@/components/ui/field'
import type { UserLimits } from '@/lib/domain/settings'

type LimitFieldsProps = {
  value: UserLimits
  onChange: (value: UserLimits) => void
  errors: Record<string, string>
}

/** Limits of one person; an empty field means that the installation's setting holds. */
export function LimitFields({ value, onChange, errors }: LimitFieldsProps) {
  const set = (key: keyof UserLimits) => (next: number | null) => onChange({ ...value, [key]: next })
  const asSetting = 'As in the settings'
  return (
    <fieldset className="flex flex-col gap-4">
      <legend className="mb-3 font-medium">
        Limits <span className="font-normal text-muted text-xs">left empty, the settings of the installation hold</span>
      </legend>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Sessions at once" error={errors.maxSessions}>
          <ScaledNumberInput scale={1} min={0} value={value.maxSessions} onChange={set('maxSessions')} placeholder={asSetting} />
        </Field>
        <Field label="GPUs at once" error={errors.maxGpus}>
          <ScaledNumberInput scale={1} min={0} value={value.maxGpus} onChange={set('maxGpus')} placeholder={asSetting} />
        </Field>
        <Field label="CPU" error={errors.maxCpuMillis}>
          <ScaledNumberInput
            scale={1000}
            min={0}
            unit="cores"
            value={value.maxCpuMillis}
            onChange={set('maxCpuMillis')}
            placeholder={asSetting}
          />
        </Field>
        <Field label="Memory" error={errors.maxMemoryBytes}>
          <ByteSizeInput value={value.maxMemoryBytes} onChange={set('maxMemoryBytes')} placeholder={asSetting} />
        </Field>
        <Field label="Time limit of a session" error={errors.timeLimitSeconds} className="sm:col-span-2">
          <DurationInput value={value.timeLimitSeconds} onChange={set('timeLimitSeconds')} placeholder={asSetting} />
        </Field>
      </div>
    </fieldset>
  )
}
