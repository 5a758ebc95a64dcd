'use client'
import { useId } from 'react'
import { useFormContext, useWatch } from 'react-hook-form'
import { DurationInput } from '@/components/form/duration-input'
import { Input } from '@/components/ui/input'
import { Switch } from '@/components/ui/switch'
import { Textarea } from '@/components/ui/textarea'
import { FormField } from './form-field'
import { FormSection, wide } from './form-section'
import { sectionTitle } from './form-sections'
import { useImageFormContext } from './image-form-context'
import type { ImageForm } from './image-form-values'
import { ReadyFields } from './ready-fields'

export function PolicySection() {
  return (
    <FormSection id="policy" title={sectionTitle('policy')}>
      <AgentGroupField />
      <FormField
        name="timeLimitSeconds"
        hint="Counted from when the desktop first answers. Empty: none, or the user’s own limit. At the end a session is stopped, never deleted."
      >
        {({ wiring, input }) => (
          <DurationInput {...wiring} value={input.value} onChange={input.onChange} onBlur={input.onBlur} placeholder="no limit" />
        )}
      </FormField>
      <ExtendableField />
      <div className={wide}>
        <ReadyFields />
      </div>
      <SwitchField name="enabled" label="Enabled" hint="Off: nobody can launch it. Sessions that run go on." />
      <SwitchField name="hidden" label="Hidden" hint="Not on the launcher. The API and a test launch from here still start it." />
      <SwitchField
        name="prefetch"
        label="Bring to every agent beforehand"
        hint="Every agent that may run it gets its Docker image in the background. Off: an agent gets it with the first launch there, which waits for it."
      />
      <FormField name="notes" className={wide} hint="For administrators only: why it is as it is, what to watch.">
        {({ wiring, input }) => <Textarea {...wiring} {...input} rows={3} />}
      </FormField>
    </FormSection>
  )
}

function AgentGroupField() {
  const { known } = useImageFormContext()
  const listId = useId()
  return (
    <FormField name="agentGroup" hint="Empty: any agent. A group is a label on agents; only those that carry it are chosen.">
      {({ wiring, input }) => (
        <>
          <Input {...wiring} {...input} list={listId} placeholder="any agent" autoComplete="off" spellCheck={false} />
          <datalist id={listId}>
            {known.groups.map((group) => (
              <option key={group} value={group} />
            ))}
          </datalist>
          <UnknownGroup group={input.value.trim()} />
        </>
      )}
    </FormField>
  )
}

function UnknownGroup({ group }: { group: string }) {
  const { known } = useImageFormContext()
  if (group === '' || known.groups.includes(group)) return null
  return <p className="text-warn text-xs">No agent carries this label yet, so nothing could be launched.</p>
}

function ExtendableField() {
  const { control } = useFormContext<ImageForm>()
  const limit = useWatch({ control, name: 'timeLimitSeconds' })
  return (
    <SwitchField
      name="timeLimitExtendable"
      label="Can be extended"
      hint={
        limit === null ? 'Only matters with a time limit.' : 'Off: the limit is final for users; administrators can still extend.'
      }
    />
  )
}

type SwitchFieldProps = { name: 'enabled' | 'hidden' | 'prefetch' | 'timeLimitExtendable'; label: string; hint: string }

function SwitchField({ name, label, hint }: SwitchFieldProps) {
  return (
    <FormField name={name} bare>
      {({ input: { value, ...input } }) => (
        <Switch {...input} checked={value} label={<span className="font-medium">{label}</span>} hint={hint} />
      )}
    </FormField>
  )
}
