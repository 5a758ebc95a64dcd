'use client'
import { type ReactNode, useState } from 'react'
import { FormProvider, useForm, useFormState } from 'react-hook-form'
import { focusFirstProblem } from '@/components/form/focus-problem'
import { useUnsavedGuard } from '@/components/form/use-unsaved-guard'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { Switch } from '@/components/ui/switch'
import { TagInput } from '@/components/ui/tag-input'
import { toast } from '@/components/ui/toast'
import { useHydrated } from '@/lib/client/use-hydrated'
import type { AgentDetail } from '@/lib/domain/agent-view'
import type { ActionResult, Failure } from '@/lib/domain/failure'
import { AgentField } from './agent-field'
import { type AgentForm, agentFormResolver, agentProblems, toAgentForm, toFormErrors } from './agent-form-values'
import type { AgentCheck } from './connection-check'
import { ConnectionSection, FreshConnectionCheck } from './connection-section'
import { LimitsSection } from './limits-section'

export type AgentFormProps = {
  /** null: a new one. */
  agent: AgentDetail | null
  knownGroups: string[]
  save: (form: AgentForm, before: AgentForm, version: number | null) => Promise<ActionResult<{ id: string; name: string }>>
  check: (form: AgentForm) => Promise<ActionResult<AgentCheck>>
}

export function AgentEditForm({ agent, knownGroups, save, check }: AgentFormProps) {
  const hydrated = useHydrated()
  const keyIsStored = agent?.kind === 'tcp'
  const [before] = useState(() => toAgentForm(agent))
  const form = useForm<AgentForm>({
    defaultValues: before,
    resolver: agentFormResolver(keyIsStored),
    mode: 'onChange',
    shouldFocusError: false,
  })
  const { isDirty, isSubmitting } = useFormState({ control: form.control })
  const [failure, setFailure] = useState<Failure | null>(null)
  const { dialog, leave, tryLeave } = useUnsavedGuard(isDirty)

  function refuse(refused: Failure) {
    setFailure(refused)
    const issues = Object.entries(refused.fields ?? {}).map(([path, message]) => ({ path: path.split('.'), message }))
    mark(toFormErrors(agentProblems(issues)))
  }

  function mark(errors: ReturnType<typeof toFormErrors>) {
    for (const [field, error] of Object.entries(errors)) form.setError(field as keyof AgentForm, error)
    focusFirstProblem(Object.keys(errors))
  }

  const submit = form.handleSubmit(
    async (values) => {
      setFailure(null)
      const result = await save(values, before, agent?.version ?? null)
      if (!result.ok) return refuse(result)
      toast.ok(agent ? `“${result.data.name}” is saved` : `“${result.data.name}” is added`)
      leave(`/admin/agents/${result.data.id}`)
    },
    (errors) => focusFirstProblem(Object.keys(errors)),
  )

  async function test() {
    const valid = await form.trigger(['kind', 'socketPath', 'host', 'port', 'caPem', 'certPem', 'keyPem', 'serverName'])
    if (valid) return check(form.getValues())
    focusFirstProblem(Object.keys(form.formState.errors))
    return null
  }

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
            description="Whoever reaches a Docker Engine without TLS owns its host, so there is no way without it."
          >
            <ConnectionSection keyIsStored={keyIsStored} />
            <FreshConnectionCheck check={test} />
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
