// Withdraws a line: its token gets nobody in any more, and a host that got its certificate with it cannot become an agent.
import { audit } from '@/lib/db/audit'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { assertCan } from '@/lib/domain/permissions'
import type { Deps } from './deps'

export async function revokeHostEnrolment(
  { db, clock }: Deps,
  actor: Actor,
  { enrolmentId }: { enrolmentId: string },
): Promise<{ id: string }> {
  assertCan(actor, 'agent:manage')
  await db.$transaction(async (tx) => {
    const where = { id: enrolmentId, revokedAt: null, registeredAt: null }
    const { count } = await tx.hostEnrolment.updateMany({ where, data: { revokedAt: clock.now() } })
    if (count === 0)
      throw new DomainError('not_found', { message: 'There is no such line, or its host has become an agent already.' })
    await audit(tx, actor, { verb: 'host.withdraw', thingKind: 'host', thingId: enrolmentId })
  })
  return { id: enrolmentId }
}
