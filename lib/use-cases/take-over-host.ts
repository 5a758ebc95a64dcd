// An administrator says that this portal acts on a host from now on: in place of the portal that acts there now, or although it is not the
// host that the agent's sessions ran on.
import { forgetEngine, wantTakeOver } from '@/lib/db/agent-host'
import { audit } from '@/lib/db/audit'
import type { Actor } from '@/lib/domain/actor'
import type { AgentDetail } from '@/lib/domain/agent-view'
import { DomainError } from '@/lib/domain/errors'
import { readOtherPortal } from '@/lib/domain/host-claim'
import { assertCan } from '@/lib/domain/permissions'
import type { Deps } from './deps'
import { agentDetail } from './get-agent'

export async function takeOverHost({ db, clock }: Deps, actor: Actor, { agentId }: { agentId: string }): Promise<AgentDetail> {
  assertCan(actor, 'agent:manage')
  return db.$transaction(async (tx) => {
    const agent = await agentDetail(tx, agentId)
    const host = await tx.agentHost.findUnique({ where: { agentId } })
    if (agent.status === 'unreachable' && host?.otherEngineSince) {
      await forgetEngine(tx, agentId)
      const detail = { name: agent.name, sessionsGone: agent.liveSessions }
      await audit(tx, actor, { verb: 'agent.take-over', thingKind: 'agent', thingId: agentId, detail })
      return agentDetail(tx, agentId)
    }
    const from = readOtherPortal(host?.otherPortal)
    if (!from) throw new DomainError('wrong_state', { message: `No other portal acts on the host of "${agent.name}".` })
    await wantTakeOver(tx, agentId, clock.now())
    await audit(tx, actor, {
      verb: 'agent.take-over',
      thingKind: 'agent',
      thingId: agentId,
      detail: { name: agent.name, from: from.url },
    })
    return agent
  })
}
