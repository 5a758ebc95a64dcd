'use client'
// The state of the form: checking, saving, and saying where it went wrong.
import { useState } from 'react'
import { useForm, useFormState } from 'react-hook-form'
import { focusFirstProblem } from '@/components/form/focus-problem'
import { useUnsavedGuard } from '@/components/form/use-unsaved-guard'
import { toast } from '@/components/ui/toast'
import type { ConnectionResult } from '@/lib/client/check-agent'
import type { AgentDetail } from '@/lib/domain/agent-view'
import type { ActionResult, Failure } from '@/lib/domain/failure'
import { type AgentForm, agentFormResolver, agentProblems, toAgentForm, toFormErrors } from './agent-form-values'
import { endpointFields } from './connection-section'

export type AgentFormStart = {
  /** null: a new one. */
  agent: AgentDetail | null
  save: (form: AgentForm, before: AgentForm, version: number | null) => Promise<ActionResult<{ id: string; name: string }>>
  check: (form: AgentForm, signal: AbortSignal) => Promise<ConnectionResult>
}

export function useAgentForm({ agent, save }: AgentFormStart) {
  const storedKey = agent && agent.kind !== 'socket' ? agent.kind : null
  const [before] = useState(() => toAgentForm(agent))
  const form = useForm<AgentForm>({
    defaultValues: before,
    resolver: agentFormResolver(storedKey),
    mode: 'onChange',
    shouldFocusError: false,
  })
  const { isDirty, isSubmitting } = useFormState({ control: form.control })
  const [failure, setFailure] = useState<Failure | null>(null)
  const { dialog, leave, tryLeave } = useUnsavedGuard(isDirty)

  function refuse(refused: Failure) {
    setFailure(refused)
    const issues = Object.entries(refused.fields ?? {}).map(([path, message]) => ({ path: path.split('.'), message }))
    mark(toFormErrors(agentProblems(issues, form.getValues('kind'))))
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

  /** Marks what is missing for a try; whether there is nothing. A host key that nobody confirmed is found by trying. */
  async function prepare() {
    const fields = endpointFields.filter((field) => field !== 'hostKey' || form.getValues('hostKey') !== '')
    if (await form.trigger(fields)) return true
    focusFirstProblem(Object.keys(form.formState.errors))
    return false
  }

  return { form, submit, prepare, before, failure, isSubmitting, storedKey, dialog, tryLeave }
}
