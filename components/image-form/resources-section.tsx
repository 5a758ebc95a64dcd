'use client'
import { useFormContext, useWatch } from 'react-hook-form'
import { ScaledNumberInput } from '@/components/form/scaled-number-input'
import { ByteSizeInput } from '@/components/ui/byte-size-input'
import { NumberInput } from '@/components/ui/number-input'
import { Switch } from '@/components/ui/switch'
import { FormField } from './form-field'
import { FormSection, wide } from './form-section'
import { sectionTitle } from './form-sections'
import type { ImageForm } from './image-form-values'

export function ResourcesSection() {
  const { trigger } = useFormContext<ImageForm>()
  return (
    <FormSection
      id="resources"
      title={sectionTitle('resources')}
      description="Reserved for every session on its agent from start to stop, and its upper limit: a session never gets more."
    >
      <FormField
        name="cpuMillis"
        required
        hint="Decimals are fine: 0.5 is half a core. A session cannot use more, even where cores are idle."
      >
        {({ wiring, input }) => (
          <ScaledNumberInput
            {...wiring}
            value={input.value}
            onChange={input.onChange}
            onBlur={input.onBlur}
            scale={1000}
            unit="cores"
            min={0.1}
          />
        )}
      </FormField>
      <FormField
        name="memoryBytes"
        required
        hint="A program that needs more is ended by the kernel (out of memory); the desktop may go with it."
      >
        {({ wiring, input }) => (
          <ByteSizeInput
            {...wiring}
            value={input.value}
            onChange={(bytes) => {
              input.onChange(bytes)
              // Whether the shared memory fits depends on this field as well.
              void trigger('shmBytes')
            }}
            onBlur={input.onBlur}
          />
        )}
      </FormField>
      <FormField
        name="shmBytes"
        required
        hint="/dev/shm, a part of the memory. Browsers need 512 MiB; PyTorch data loaders need as much as their batches in flight."
      >
        {({ wiring, input }) => (
          <ByteSizeInput {...wiring} value={input.value} onChange={input.onChange} onBlur={input.onBlur} defaultUnit="MiB" />
        )}
      </FormField>
      <div className={wide}>
        <GpuFields />
      </div>
    </FormSection>
  )
}

function GpuFields() {
  const { control } = useFormContext<ImageForm>()
  const [requireGpu, gpuCount] = useWatch({ control, name: ['requireGpu', 'gpuCount'] })
  return (
    <div className="grid gap-5 rounded-md border border-line p-4 sm:grid-cols-2">
      <FormField name="requireGpu" bare>
        {({ input: { value, ...input } }) => (
          <Switch
            {...input}
            checked={value}
            label={<span className="font-medium">Require GPU</span>}
            hint="Whole GPUs that belong to the session alone until it stops. When none is free it waits in the queue."
          />
        )}
      </FormField>
      <FormField name="gpuCount" hint={gpuHint(requireGpu, gpuCount)}>
        {({ wiring, input }) => (
          <NumberInput
            {...wiring}
            name={input.name}
            inputMode="numeric"
            min={0}
            max={64}
            step={1}
            unit="GPUs"
            disabled={!requireGpu}
            value={input.value ?? ''}
            onBlur={input.onBlur}
            onChange={(event) => input.onChange(event.target.value === '' ? null : Number(event.target.value))}
          />
        )}
      </FormField>
    </div>
  )
}

function gpuHint(requireGpu: boolean, gpuCount: number | null): string {
  if (!requireGpu) return 'Ignored while “Require GPU” is off: no GPU is given.'
  if (gpuCount === 0) return '0 means every GPU of one agent: it waits until an agent has all of its GPUs free.'
  return 'All on one agent. 0 means every GPU of one agent.'
}
