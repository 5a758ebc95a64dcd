// Changes an agent: its name, groups, limits, endpoint, or whether new sessions go there.
import { clearOtherEngine } from '@/lib/db/agent-host'
import { markUnreachable } from '@/lib/db/agents-observed'
import { audit } from '@/lib/db/audit'
import { isUniqueViolation, type Tx } from '@/lib/db/client'
import type { Agent } from '@/lib/db/generated/client'
import { lock } from '@/lib/db/locks'
import { notify } from '@/lib/db/notify'
import { placeWaiting } from '@/lib/db/place-queue'
import type { Actor } from '@/lib/domain/actor'
import type { AgentPatch } from '@/lib/domain/agent'
import type { AgentDetail } from '@/lib/domain/agent-view'
import { DomainError } from '@/lib/domain/errors'
import { assertCan } from '@/lib/domain/permissions'
import { completeEndpoint, endpointColumns } from './complete-endpoint'
import { assertBindPathsAllowed, nameTaken } from './create-agent'
import type { Deps } from './deps'
import { agentDetail } from './get-agent'

/** `version`: the one the changes were made from; left out, the last writer wins. */
type UpdateAgent = { agentId: string; version?: number | undefined; changes: AgentPatch }

export async function updateAgent(deps: Deps, actor: Actor, { agentId, version, changes }: UpdateAgent): Promise<AgentDetail> {
  assertCan(actor, 'agent:manage')
  if (changes.bindPaths) assertBindPathsAllowed(deps.config, changes.bindPaths)
  try {
    return await deps.db.$transaction(async (tx) => {
      await lock(tx, 'placement')
      const row = await tx.agent.findFirst({ where: { id: agentId, removedAt: null } })
      if (!row) throw new DomainError('not_found', { message: 'There is no such agent.' })
      if (version !== undefined && version !== row.version)
        throw new DomainError('conflict', { message: `"${row.name}" was changed meanwhile.` })
      const { endpoint, ...given } = changes
      if (given.publishAddress?.includes(':')) await assertUnfiltered(tx, agentId)
      const fields = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
      const columns = endpoint ? endpointColumns(deps.keys, agentId, await completeEndpoint(tx, deps, row, endpoint)) : {}
      await tx.agent.update({ where: { id: agentId }, data: { ...fields, ...columns, version: { increment: 1 } } })
      // Whoever answers there now is yet to be looked at.
      if (endpoint) await doubt(tx, row, deps.clock.now())
      const changed = [...Object.keys(fields), ...(endpoint ? ['endpoint'] : [])]
      await audit(tx, actor, { verb: 'agent.update', thingKind: 'agent', thingId: agentId, detail: { name: row.name, changed } })
      await notify(tx, 'agents', agentId)
      await notify(tx, 'ready', '')
      await placeWaiting(tx, deps.clock.now())
      return agentDetail(tx, agentId)
    })
  } catch (error) {
    if (isUniqueViolation(error)) throw nameTaken(changes.name ?? '')
    throw error
  }
}

/** Until it was, nothing is placed there, and nothing that was known of it counts. */
async function doubt(tx: Tx, { id, status }: Pick<Agent, 'id' | 'status'>, now: Date): Promise<void> {
  await clearOtherEngine(tx, id)
  if (status === 'up') await markUnreachable(tx, id, 'Its address was changed; who answers there is yet to be seen.', now)
}

/** The filters of a host that was added by a line know published ports by IPv4 alone. */
async function assertUnfiltered(tx: Tx, agentId: string): Promise<void> {
  if ((await tx.hostEnrolment.count({ where: { agentId } })) === 0) return
  const problem = 'This host filters the ports of sessions on IPv4 addresses only: give one of these.'
  throw new DomainError('invalid_input', { fields: { publishAddress: problem } })
}
