'use client'
import { useFormContext, useWatch } from 'react-hook-form'
import { ByteSizeInput } from '@/components/ui/byte-size-input'
import { Input } from '@/components/ui/input'
import { NumberInput } from '@/components/ui/number-input'
import { Switch } from '@/components/ui/switch'
import { FormField } from './form-field'
import type { ImageForm } from './image-form-values'

/** How many GPUs, which, and what happens while none is free. */
export function GpuFields() {
  const { control } = useFormContext<ImageForm>()
  const [requireGpu, gpuCount] = useWatch({ control, name: ['requireGpu', 'gpuCount'] })
  return (
    <div className="grid gap-5 rounded-md border border-line p-4 sm:grid-cols-2">
      <GpuSwitch
        name="requireGpu"
        label="Require GPU"
        hint="Whole GPUs that belong to the session alone until it stops. When none is free it waits in the queue."
      />
      <GpuSwitch
        name="gpuOptional"
        label="Can start without a GPU"
        hint={requireGpu ? 'Whoever waits for a GPU may start without one instead.' : off}
        disabled={!requireGpu}
      />
      <CountField name="gpuCount" min={0} disabled={!requireGpu} hint={countHint(requireGpu, gpuCount)} />
      <CountField
        name="gpuCountMin"
        min={1}
        disabled={!requireGpu}
        placeholder="no choice"
        hint={requireGpu ? 'From this many up to the number of GPUs, people choose at launch. Empty: no choice.' : off}
      />
      <FormField
        name="gpuMemoryBytesMin"
        hint={requireGpu ? 'Each GPU has at least this much. One whose memory is not known does not fit. Empty: any.' : off}
      >
        {({ wiring, input }) => (
          <ByteSizeInput
            {...wiring}
            value={input.value}
            onChange={input.onChange}
            onBlur={input.onBlur}
            placeholder="any"
            disabled={!requireGpu}
          />
        )}
      </FormField>
      <FormField
        name="gpuModelPattern"
        hint={requireGpu ? 'Such as H100* or *A100*80GB*; * stands for anything, case does not matter. Empty: any.' : off}
      >
        {({ wiring, input }) => (
          <Input {...wiring} {...input} placeholder="any" autoComplete="off" spellCheck={false} disabled={!requireGpu} />
        )}
      </FormField>
    </div>
  )
}

const off = 'Ignored while “Require GPU” is off.'

function countHint(requireGpu: boolean, gpuCount: number | null): string {
  if (!requireGpu) return 'Ignored while “Require GPU” is off: no GPU is given.'
  if (gpuCount === 0) return '0 means every GPU of one agent: it waits until an agent has all of its GPUs free.'
  return 'All on one agent. 0 means every GPU of one agent.'
}

type GpuSwitchProps = { name: 'requireGpu' | 'gpuOptional'; label: string; hint: string; disabled?: boolean }

function GpuSwitch({ name, label, hint, disabled = false }: GpuSwitchProps) {
  const { trigger } = useFormContext<ImageForm>()
  return (
    <FormField name={name} bare>
      {({ input: { value, onChange, ...input } }) => (
        <Switch
          {...input}
          disabled={disabled}
          checked={value}
          onChange={(event) => {
            onChange(event)
            // Whether the range is right depends on it.
            void trigger('gpuCountMin')
          }}
          label={<span className="font-medium">{label}</span>}
          hint={hint}
        />
      )}
    </FormField>
  )
}

type CountFieldProps = { name: 'gpuCount' | 'gpuCountMin'; min: number; disabled: boolean; hint: string; placeholder?: string }

function CountField({ name, min, disabled, hint, placeholder }: CountFieldProps) {
  const { trigger } = useFormContext<ImageForm>()
  return (
    <FormField name={name} hint={hint}>
      {({ wiring, input }) => (
        <NumberInput
          {...wiring}
          name={input.name}
          inputMode="numeric"
          min={min}
          max={64}
          step={1}
          unit="GPUs"
          disabled={disabled}
          placeholder={placeholder}
          value={input.value ?? ''}
          onBlur={input.onBlur}
          onChange={(event) => {
            input.onChange(event.target.value === '' ? null : Number(event.target.value))
            if (name === 'gpuCount') void trigger('gpuCountMin')
          }}
        />
      )}
    </FormField>
  )
}
