// Takes an agent out of service, and back in. What runs there goes on until it ends or the deadline comes; nothing new is placed there.
import { audit } from '@/lib/db/audit'
import type { Tx } from '@/lib/db/client'
import { tellDrained } from '@/lib/db/drains'
import { lock } from '@/lib/db/locks'
import { notify } from '@/lib/db/notify'
import { placeWaiting } from '@/lib/db/place-queue'
import type { Actor } from '@/lib/domain/actor'
import { type AgentDrain, deadlineProblem } from '@/lib/domain/agent-drain'
import type { AgentDetail } from '@/lib/domain/agent-view'
import { DomainError } from '@/lib/domain/errors'
import { assertCan } from '@/lib/domain/permissions'
import type { Deps } from './deps'
import { agentDetail } from './get-agent'

/** Said again, it replaces the message and the deadline. */
export async function drainAgent(deps: Deps, actor: Actor, input: AgentDrain & { agentId: string }): Promise<AgentDetail> {
  assertCan(actor, 'agent:manage')
  const { agentId, message } = input
  const now = deps.clock.now()
  const deadlineAt = input.deadlineAt === null ? null : new Date(input.deadlineAt)
  const problem = deadlineAt && deadlineProblem(deadlineAt, now)
  if (problem) throw new DomainError('invalid_input', { fields: { deadlineAt: problem } })
  return deps.db.$transaction(async (tx) => {
    const { name, drainedAt } = await lockAgent(tx, agentId)
    const data = { drainedAt: drainedAt ?? now, drainedBy: actor.name, drainMessage: message, drainDeadlineAt: deadlineAt }
    await tx.agent.update({ where: { id: agentId }, data: { ...data, version: { increment: 1 } } })
    const said = { ...(message ? { message } : {}), ...(deadlineAt ? { deadlineAt: deadlineAt.toISOString() } : {}) }
    await tellDrained(tx, agentId, { code: 'agent_drained', params: { ...said, byName: actor.name } }, now)
    await audit(tx, actor, { verb: 'agent.drain', thingKind: 'agent', thingId: agentId, detail: { name, ...said } })
    return looked(tx, agentId, now)
  })
}

export async function undrainAgent(deps: Deps, actor: Actor, { agentId }: { agentId: string }): Promise<AgentDetail> {
  assertCan(actor, 'agent:manage')
  const now = deps.clock.now()
  return deps.db.$transaction(async (tx) => {
    const { name, drainedAt } = await lockAgent(tx, agentId)
    // Saying it twice is no error.
    if (drainedAt === null) return agentDetail(tx, agentId)
    const nothing = { drainedAt: null, drainedBy: null, drainMessage: null, drainDeadlineAt: null }
    await tx.agent.update({ where: { id: agentId }, data: { ...nothing, version: { increment: 1 } } })
    await tellDrained(tx, agentId, { code: 'agent_undrained', params: { byName: actor.name } }, now)
    await audit(tx, actor, { verb: 'agent.undrain', thingKind: 'agent', thingId: agentId, detail: { name } })
    return looked(tx, agentId, now)
  })
}

/** The placement lock first: it comes before the locks of rows. */
async function lockAgent(tx: Tx, agentId: string): Promise<{ name: string; drainedAt: Date | null }> {
  await lock(tx, 'placement')
  const row = await tx.agent.findFirst({ where: { id: agentId, removedAt: null }, select: { name: true, drainedAt: true } })
  if (!row) throw new DomainError('not_found', { message: 'There is no such agent.' })
  return row
}

async function looked(tx: Tx, agentId: string, now: Date): Promise<AgentDetail> {
  await notify(tx, 'agents', agentId)
  await notify(tx, 'ready', '')
  await placeWaiting(tx, now)
  return agentDetail(tx, agentId)
}
