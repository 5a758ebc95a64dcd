// Does this connection work? Answered by a controller with what the engine says of itself, or the problem in words.
import { type AgentConnectionAnswer, askQuestion } from '@/lib/db/questions'
import type { Actor } from '@/lib/domain/actor'
import type { AgentPatch } from '@/lib/domain/agent'
import { DomainError } from '@/lib/domain/errors'
import { assertCan } from '@/lib/domain/permissions'
import type { Deps } from './deps'
import { withStoredKey } from './update-agent'

/** With `agentId` the endpoint may leave out the key: the stored one is used, for its own host only. */
type CheckAgent = { endpoint: NonNullable<AgentPatch['endpoint']>; agentId?: string | undefined }

export async function checkAgent(deps: Deps, actor: Actor, { endpoint, agentId }: CheckAgent): Promise<AgentConnectionAnswer> {
  assertCan(actor, 'agent:manage')
  const stored = agentId === undefined ? null : await deps.db.agent.findFirst({ where: { id: agentId, removedAt: null } })
  if (agentId !== undefined && !stored) throw new DomainError('not_found', { message: 'There is no such agent.' })
  return askQuestion<'agent-connection'>(deps, {
    input: { kind: 'agent-connection', endpoint: withStoredKey(deps, stored, endpoint) },
    askedById: actor.id,
  })
}
