'use client'
import { Input } from '@/components/ui/input'
import { TagInput } from '@/components/ui/tag-input'
import { Textarea } from '@/components/ui/textarea'
import { FormField } from './form-field'
import { FormSection, wide } from './form-section'
import { sectionTitle } from './form-sections'
import { IconField } from './icon-field'
import { useImageFormContext } from './image-form-context'
import { ReferenceField } from './reference-field'
import { RegistryLoginField } from './registry-login-field'

export function BasicsSection() {
  const { known } = useImageFormContext()
  return (
    <FormSection
      id="basics"
      title={sectionTitle('basics')}
      description="What people see on the launcher, and what is started for them."
    >
      <ReferenceField className={wide} />
      <RegistryLoginField className={wide} />
      <FormField name="name" required hint="What people look for on the launcher. Two workspaces may share a name.">
        {({ wiring, input }) => <Input {...wiring} {...input} maxLength={80} placeholder="PyTorch notebook" />}
      </FormField>
      <FormField
        name="categories"
        hint="For finding it: each is a filter on the launcher. Enter or a comma ends one; at most ten."
      >
        {({ wiring, input }) => (
          <TagInput
            id={wiring.id}
            aria-describedby={wiring['aria-describedby']}
            aria-invalid={wiring['aria-invalid']}
            value={input.value}
            onChange={input.onChange}
            suggestions={known.categories}
            maxTags={10}
            placeholder="deep learning, notebooks"
          />
        )}
      </FormField>
      <FormField
        name="description"
        className={wide}
        hint="A sentence or two below the name: what is installed, what it is good for."
      >
        {({ wiring, input }) => <Textarea {...wiring} {...input} rows={2} maxLength={2000} />}
      </FormField>
      <IconField className={wide} />
    </FormSection>
  )
}
