'use client'
import { KeyValueEditor } from '@/components/ui/key-value-editor'
import { FormField } from './form-field'
import { FormSection, wide } from './form-section'
import { sectionTitle } from './form-sections'

export function EnvironmentSection() {
  return (
    <FormSection
      id="environment"
      title={sectionTitle('environment')}
      description="Variables for everything that runs in the desktop. Whoever uses it can read them: keep no secrets here."
    >
      <FormField
        name="environment"
        as="group"
        label="Variables"
        className={wide}
        hint="NVIDIA_*, CUDA_VISIBLE_DEVICES, LD_*, VNC_PW, KASM_* and BERTH_* decide who may enter and what is seen: Berth sets those itself. Paste NAME=value lines to add many at once."
      >
        {({ input, at }) => (
          <KeyValueEditor
            value={input.value}
            onChange={input.onChange}
            addLabel="Add variable"
            keyPlaceholder="NAME"
            valuePlaceholder="value"
            maxRows={100}
            errors={at}
          />
        )}
      </FormField>
    </FormSection>
  )
}
