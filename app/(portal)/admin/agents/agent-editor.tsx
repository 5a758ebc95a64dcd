'use client'
import { AgentEditForm } from '@/components/agent-form/agent-form'
import { type AgentForm, toChanges, toCheckedEndpoint, toCreate } from '@/components/agent-form/agent-form-values'
import { agentQueries } from '@/lib/client/agent-queries'
import { checkConnection } from '@/lib/client/check-agent'
import { useAction } from '@/lib/client/use-action'
import type { AgentCreate, AgentPatch } from '@/lib/domain/agent'
import type { AgentDetail } from '@/lib/domain/agent-view'
import { createAgentAction, updateAgentAction } from './actions'

type AgentEditorProps = { agent: AgentDetail | null; knownGroups: string[] }

const invalidates = [agentQueries.all]

/** The form with this route's actions. It was validated with the same schemas; the server parses it again. */
export function AgentEditor({ agent, knownGroups }: AgentEditorProps) {
  const create = useAction(createAgentAction, { invalidates })
  const update = useAction(updateAgentAction, { invalidates })

  function save(form: AgentForm, before: AgentForm, version: number | null) {
    if (!agent) return create.run(toCreate(form) as AgentCreate)
    const changes = toChanges(form, before) as AgentPatch
    return update.run({ agentId: agent.id, changes, ...(version === null ? {} : { version }) })
  }

  return (
    <AgentEditForm
      agent={agent}
      knownGroups={knownGroups}
      save={save}
      check={(form, signal) =>
        checkConnection(
          {
            endpoint: toCheckedEndpoint(form),
            publishAddress: form.publishAddress.trim() || null,
            ...(agent ? { agentId: agent.id } : {}),
          },
          signal,
        )
      }
    />
  )
}
