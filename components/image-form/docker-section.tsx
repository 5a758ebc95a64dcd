'use client'
import { ChevronRight } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { CodeBlock } from '@/components/ui/code-block'
import { LimitOptions } from './docker-options/limit-options'
import { NetworkOptions } from './docker-options/network-options'
import { OptionsProvider } from './docker-options/options-context'
import { PrivilegeOptions } from './docker-options/privilege-options'
import { FileSystemOptions, ProcessOptions } from './docker-options/process-options'
import { optionsSet } from './field-words'
import { FormField } from './form-field'
import { FormSection, wide } from './form-section'
import { sectionTitle } from './form-sections'
import { type DockerOptionsForm, fromDockerOptionsForm } from './image-form-values'

export function DockerSection() {
  return (
    <FormSection
      id="docker"
      title={sectionTitle('docker')}
      description="An allow-list. What is not here (privileged, host namespaces, security options) cannot be given to a session."
    >
      <FormField name="dockerOptions" as="group" label="Options" className={wide}>
        {({ input, at }) => <Options value={input.value} onChange={input.onChange} at={at} />}
      </FormField>
    </FormSection>
  )
}

type OptionsProps = { value: DockerOptionsForm; onChange: (value: DockerOptionsForm) => void; at: Record<string, string> }

function Options({ value, onChange, at }: OptionsProps) {
  const [open, setOpen] = useState(false)
  const spec = fromDockerOptionsForm(value)
  const set = optionsSet(spec)
  const wrong = Object.keys(at).length > 0
  return (
    <details
      className="group rounded-md border border-line"
      // What is wrong inside must not stay folded away.
      open={open || wrong}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className="flex list-none items-center gap-2 rounded-md px-3 py-2.5 hover:bg-hover">
        <ChevronRight aria-hidden="true" className="size-4 shrink-0 text-muted transition-transform group-open:rotate-90" />
        <span className="min-w-0">{set.length === 0 ? 'None are set' : `Set: ${set.join(', ')}`}</span>
      </summary>
      <OptionsProvider value={{ value, at, set: (key, next) => onChange({ ...value, [key]: next }) }}>
        <div className="flex flex-col gap-6 border-line border-t p-4">
          <Group title="Network">
            <NetworkOptions />
          </Group>
          <Group title="Files">
            <FileSystemOptions />
          </Group>
          <Group title="Limits">
            <LimitOptions />
          </Group>
          <Group title="Privileges">
            <PrivilegeOptions />
          </Group>
          <Group title="What runs">
            <ProcessOptions />
          </Group>
          <CodeBlock label="As stored" text={JSON.stringify(spec, null, 2)} />
        </div>
      </OptionsProvider>
    </details>
  )
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-3 font-medium text-muted text-xs">{title}</h3>
      <div className="grid gap-5 sm:grid-cols-2">{children}</div>
    </section>
  )
}
