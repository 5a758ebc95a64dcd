// Removes an agent. Refused while sessions hold it; the row stays as history until its sessions are gone.
import { audit } from '@/lib/db/audit'
import { lock } from '@/lib/db/locks'
import { notify } from '@/lib/db/notify'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { assertCan } from '@/lib/domain/permissions'
import type { Deps } from './deps'
import { agentDetail } from './get-agent'

export async function deleteAgent(deps: Deps, actor: Actor, { agentId }: { agentId: string }): Promise<{ id: string }> {
  assertCan(actor, 'agent:manage')
  return deps.db.$transaction(async (tx) => {
    await lock(tx, 'placement')
    const agent = await agentDetail(tx, agentId)
    const holders = await tx.session.findMany({
      where: { agentId, OR: [{ held: true }, { state: 'deleting' }] },
      select: { user: { select: { name: true } } },
    })
    if (holders.length > 0) {
      const names = [...new Set(holders.map((session) => session.user?.name ?? 'nobody (kept ready)'))].sort()
      throw new DomainError('agent_in_use', {
        message: `${holders.length} sessions still run on "${agent.name}", held by ${names.join(', ')}.`,
      })
    }
    const now = deps.clock.now()
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
    await audit(tx, actor, { verb: 'agent.delete', thingKind: 'agent', thingId: agentId, detail: { name: agent.name } })
    await notify(tx, 'agents', agentId)
    return { id: agentId }
  })
}
