// Removes an agent. Refused while sessions hold it, unless its host is gone for good; the row stays as history until its sessions are gone.
import { audit } from '@/lib/db/audit'
import type { Tx } from '@/lib/db/client'
import { endSessionsOf, freeHomesOf } from '@/lib/db/given-up-agent'
import { lock } from '@/lib/db/locks'
import { notify } from '@/lib/db/notify'
import type { Actor } from '@/lib/domain/actor'
import type { AgentDetail } from '@/lib/domain/agent-view'
import { DomainError } from '@/lib/domain/errors'
import { notGone } from '@/lib/domain/gone-host'
import { assertCan } from '@/lib/domain/permissions'
import type { Deps } from './deps'
import { agentDetail } from './get-agent'

/** `gone`: the host never comes back, so its sessions end without being seen to. */
type DeleteAgent = { agentId: string; gone?: boolean | undefined }

export async function deleteAgent(deps: Deps, actor: Actor, { agentId, gone = false }: DeleteAgent): Promise<{ id: string }> {
  assertCan(actor, 'agent:manage')
  return deps.db.$transaction(async (tx) => {
    await lock(tx, 'placement')
    const agent = await agentDetail(tx, agentId)
    const now = deps.clock.now()
    const lost = gone ? await giveUp(tx, actor, agent, now) : {}
    await assertUnheld(tx, agent)
    const lostVolumes = await freeHomesOf(tx, agentId)
    // Its name becomes free again; its certificates and key are forgotten.
    await tx.agent.update({
      where: { id: agentId },
      data: {
        name: `${agent.name} (removed ${agentId})`,
        removedAt: now,
        enabled: false,
        keySealed: null,
        certPem: null,
        caPem: null,
        version: { increment: 1 },
      },
    })
    await tx.agentHost.updateMany({ where: { agentId }, data: { hostId: null } })
    await tx.gpu.deleteMany({ where: { agentId } })
    await tx.agentImage.deleteMany({ where: { agentId } })
    const detail = { name: agent.name, ...lost, ...(lostVolumes.length > 0 ? { lostVolumes } : {}) }
    await audit(tx, actor, { verb: 'agent.delete', thingKind: 'agent', thingId: agentId, detail })
    await notify(tx, 'agents', agentId)
    return { id: agentId }
  })
}

/** What it takes with it, for the audit log. */
async function giveUp(tx: Tx, actor: Actor, agent: AgentDetail, now: Date) {
  const unreachableSince = agent.unreachableSince === null ? null : new Date(agent.unreachableSince)
  const refusal = notGone({ ...agent, unreachableSince }, now)
  if (refusal) throw new DomainError('wrong_state', refusal)
  const ended = await endSessionsOf(tx, agent.id, { hostGone: true, byName: actor.name }, now)
  await notify(tx, 'ready', '')
  return { gone: true, endedSessions: ended.map(({ id }) => id) }
}

async function assertUnheld(tx: Tx, agent: AgentDetail): Promise<void> {
  const holders = await tx.session.findMany({
    where: { agentId: agent.id, OR: [{ held: true }, { state: 'deleting' }] },
    select: { user: { select: { name: true } } },
  })
  if (holders.length === 0) return
  const names = [...new Set(holders.map((session) => session.user?.name ?? 'nobody (kept ready)'))].sort()
  const hint = 'If its host never comes back, remove it as gone for good.'
  throw new DomainError('agent_in_use', {
    message: `${holders.length} sessions still run on "${agent.name}", held by ${names.join(', ')}.`,
    ...(agent.status === 'unreachable' ? { hint } : {}),
  })
}
