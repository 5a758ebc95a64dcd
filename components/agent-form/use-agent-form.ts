'use client'
// The state of the form: checking, saving, and saying where it went wrong.
import { useState } from 'react'
import { useForm, useFormState } from 'react-hook-form'
import { focusFirstProblem } from '@/components/form/focus-problem'
import { useUnsavedGuard } from '@/components/form/use-unsaved-guard'
import { toast } from '@/components/ui/toast'
import type { AgentDetail } from '@/lib/domain/agent-view'
import type { ActionResult, Failure } from '@/lib/domain/failure'
import { type AgentForm, agentFormResolver, agentProblems, toAgentForm, toFormErrors } from './agent-form-values'
import type { AgentCheck } from './connection-check'

export type AgentFormStart = {
  /** null: a new one. */
  agent: AgentDetail | null
  save: (form: AgentForm, before: AgentForm, version: number | null) => Promise<ActionResult<{ id: string; name: string }>>
  check: (form: AgentForm) => Promise<ActionResult<AgentCheck>>
}

export function useAgentForm({ agent, save, check }: AgentFormStart) {
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

  return { form, submit, test, failure, isSubmitting, keyIsStored, dialog, tryLeave }
}
