// Does this connection work? Answered by a controller with what the engine says of itself, or the problem in words.
import { askQuestion } from '@/lib/db/questions'
import type { Actor } from '@/lib/domain/actor'
import type { AgentCheck } from '@/lib/domain/agent'
import type { AgentConnectionAnswer } from '@/lib/domain/agent-connection'
import { DomainError } from '@/lib/domain/errors'
import { assertCan } from '@/lib/domain/permissions'
import { completeEndpoint } from './complete-endpoint'
import type { Deps } from './deps'

export async function checkAgent(
  deps: Deps,
  actor: Actor,
  { endpoint, agentId, publishAddress }: AgentCheck,
): Promise<AgentConnectionAnswer> {
  assertCan(actor, 'agent:manage')
  const stored = agentId === undefined ? null : await deps.db.agent.findFirst({ where: { id: agentId, removedAt: null } })
  if (agentId !== undefined && !stored) throw new DomainError('not_found', { message: 'There is no such agent.' })
  const complete = await completeEndpoint(deps.db, deps, stored, endpoint)
  return askQuestion<'agent-connection'>(deps, {
    input: { kind: 'agent-connection', endpoint: complete.endpoint, agentId, desktops: { publishAddress } },
    askedById: actor.id,
  })
}
