// Asks for the removal of images that Berth brought to an agent and nothing needs. The controller looks at each once more before it removes it.
import { audit } from '@/lib/db/audit'
import { notify } from '@/lib/db/notify'
import type { Actor } from '@/lib/domain/actor'
import type { AgentDetail, RemoveImages } from '@/lib/domain/agent-view'
import { DomainError } from '@/lib/domain/errors'
import { assertCan } from '@/lib/domain/permissions'
import type { Deps } from './deps'
import { agentDetail } from './get-agent'

export async function removeUnneededImages(
  { db, clock }: Deps,
  actor: Actor,
  { agentId, imageIds }: RemoveImages & { agentId: string },
): Promise<AgentDetail> {
  assertCan(actor, 'agent:manage')
  return db.$transaction(async (tx) => {
    const { name } = await agentDetail(tx, agentId)
    const { count } = await tx.broughtImage.updateMany({
      where: { agentId, imageId: { in: imageIds }, unneededSince: { not: null } },
      data: { removalWantedAt: clock.now(), problem: null },
    })
    if (count === 0) {
      throw new DomainError('wrong_state', {
        message: 'None of these images may be removed.',
        hint: 'Only what Berth brought to an agent and nothing needs any more is ever removed. Look again: it may have changed.',
      })
    }
    await audit(tx, actor, { verb: 'agent.remove-images', thingKind: 'agent', thingId: agentId, detail: { name, imageIds } })
    await notify(tx, 'agents', agentId)
    return agentDetail(tx, agentId)
  })
}
