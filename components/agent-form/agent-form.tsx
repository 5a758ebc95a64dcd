'use client'
import type { ReactNode } from 'react'
import { FormProvider } from 'react-hook-form'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { Switch } from '@/components/ui/switch'
import { TagInput } from '@/components/ui/tag-input'
import { useHydrated } from '@/lib/client/use-hydrated'
import { AgentField } from './agent-field'
import { ConnectionSection, LiveConnectionCheck } from './connection-section'
import { LimitsSection } from './limits-section'
import { type AgentFormStart, useAgentForm } from './use-agent-form'

export type AgentFormProps = AgentFormStart & { knownGroups: string[] }

export function AgentEditForm({ knownGroups, ...start }: AgentFormProps) {
  const { agent } = start
  const hydrated = useHydrated()
  const { form, submit, prepare, before, failure, isSubmitting, storedKey, dialog, tryLeave } = useAgentForm(start)

  return (
    <FormProvider {...form}>
      <form
        noValidate
        className="flex max-w-5xl flex-col gap-5"
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        {/* What was typed before the script runs would be overwritten by what the form starts with. */}
        <fieldset disabled={!hydrated} className="contents">
          <FormCard title="Name and groups">
            <NameFields knownGroups={knownGroups} />
          </FormCard>
          <FormCard
            title="Connection"
            description="Whoever reaches a Docker Engine owns its host, so there is no way to one in the clear."
          >
            <ConnectionSection storedKey={storedKey} />
            <LiveConnectionCheck before={agent && before} storedKey={storedKey} check={start.check} prepare={prepare} />
          </FormCard>
          <FormCard title="What sessions may have of it">
            <LimitsSection agent={agent} />
          </FormCard>
          {failure && (
            <Notice tone="danger" title={failure.message} live>
              {failure.hint}
            </Notice>
          )}
          <div
            data-save-bar=""
            className="sticky bottom-0 z-10 -mx-4 -mb-6 flex flex-wrap justify-end gap-2 border-line border-t bg-surface/95 px-4 py-3 backdrop-blur-sm sm:-mx-6 sm:px-6"
          >
            <Button
              variant="ghost"
              disabled={isSubmitting}
              onClick={() => tryLeave(agent ? `/admin/agents/${agent.id}` : '/admin/agents')}
            >
              Cancel
            </Button>
            <Button type="submit" variant="primary" pending={isSubmitting} pendingLabel="Saving…">
              {agent ? 'Save agent' : 'Add agent'}
            </Button>
          </div>
        </fieldset>
      </form>
      {dialog}
    </FormProvider>
  )
}

function NameFields({ knownGroups }: { knownGroups: string[] }) {
  return (
    <>
      <AgentField name="name" label="Name" required hint="As it is called in lists and reasons. Only administrators see it.">
        {({ wiring, input }) => <Input {...wiring} {...input} maxLength={63} placeholder="gpu-1" autoComplete="off" />}
      </AgentField>
      <AgentField
        name="groups"
        label="Groups"
        hint="Labels that a workspace may ask for: a100, lab-2. Enter or a comma ends one."
      >
        {({ wiring, input }) => (
          <TagInput
            id={wiring.id}
            aria-describedby={wiring['aria-describedby']}
            aria-invalid={wiring['aria-invalid']}
            value={input.value}
            onChange={input.onChange}
            suggestions={knownGroups}
            maxLength={60}
          />
        )}
      </AgentField>
      <AgentField name="enabled" label="New sessions" as="group" hint="Off: nothing new starts here. What runs goes on.">
        {({ input: { value, ...input } }) => <Switch {...input} checked={value} label="New sessions may start on this agent" />}
      </AgentField>
    </>
  )
}

function FormCard({ title, description, children }: { title: string; description?: string; children: ReactNode }) {
  return (
    <Card title={title} {...(description ? { description } : {})}>
      <div className="grid gap-5 sm:grid-cols-2">{children}</div>
    </Card>
  )
}
