// Registers a Docker Engine. The controller looks at it as soon as it hears of it.
import type { Config } from '@/lib/config'
import { audit } from '@/lib/db/audit'
import { isUniqueViolation } from '@/lib/db/client'
import { notify } from '@/lib/db/notify'
import type { Actor } from '@/lib/domain/actor'
import type { AgentCreate } from '@/lib/domain/agent'
import type { AgentDetail } from '@/lib/domain/agent-view'
import { DomainError } from '@/lib/domain/errors'
import { newId } from '@/lib/domain/ids'
import { assertCan } from '@/lib/domain/permissions'
import { completeEndpoint, endpointColumns } from './complete-endpoint'
import type { Deps } from './deps'
import { agentDetail } from './get-agent'

export async function createAgent(deps: Deps, actor: Actor, input: AgentCreate): Promise<AgentDetail> {
  assertCan(actor, 'agent:manage')
  const id = newId()
  const { endpoint, ...fields } = input
  assertBindPathsAllowed(deps.config, input.bindPaths)
  try {
    return await deps.db.$transaction(async (tx) => {
      const columns = endpointColumns(deps.keys, id, await completeEndpoint(tx, deps, null, endpoint))
      await tx.agent.create({ data: { id, ...fields, ...columns, createdAt: deps.clock.now() } })
      await audit(tx, actor, {
        verb: 'agent.create',
        thingKind: 'agent',
        thingId: id,
        detail: { name: input.name, kind: endpoint.kind },
      })
      await notify(tx, 'agents', id)
      return agentDetail(tx, id)
    })
  } catch (error) {
    if (isUniqueViolation(error)) throw nameTaken(input.name)
    throw error
  }
}

export function nameTaken(name: string): DomainError {
  return new DomainError('name_taken', {
    message: `There is an agent named "${name}" already.`,
    fields: { name: 'This name is in use.' },
  })
}

/** Whoever may write to the portal's own data could take over the installation. */
export function assertBindPathsAllowed(config: Config, bindPaths: readonly string[]): void {
  const data = config.dataDir.replace(/\/+$/, '')
  const bad = bindPaths.find(
    (path) => data === path || data.startsWith(`${path.replace(/\/+$/, '')}/`) || path.startsWith(`${data}/`),
  )
  if (bad) throw new DomainError('invalid_input', { fields: { bindPaths: `${bad} holds the data of the portal itself.` } })
}
