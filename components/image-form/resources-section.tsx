'use client'
import { useFormContext } from 'react-hook-form'
import { ScaledNumberInput } from '@/components/form/scaled-number-input'
import { ByteSizeInput } from '@/components/ui/byte-size-input'
import { FormField } from './form-field'
import { FormSection, wide } from './form-section'
import { sectionTitle } from './form-sections'
import { GpuFields } from './gpu-fields'
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
