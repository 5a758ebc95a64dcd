// Deletes a person who has no session left. His files are not deleted: their volumes are named, for whoever looks after the agents.
import { audit } from '@/lib/db/audit'
import { endSignIns, revokeGrants } from '@/lib/db/sign-ins'
import { getUserRow, liveSession, lockUser } from '@/lib/db/users'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { assertCan } from '@/lib/domain/permissions'
import type { HomeView, UserRef } from '@/lib/domain/user-view'
import type { Deps } from './deps'
import { assertReplaceable, lockAdministrators } from './guard-administrators'
import { homesOf } from './homes-of'

export type DeletedUser = { id: string; name: string; leftHomes: HomeView[] }

export async function deleteUser({ db, clock }: Deps, actor: Actor, { userId }: UserRef): Promise<DeletedUser> {
  assertCan(actor, 'user:manage')
  return db.$transaction(async (tx) => {
    await lockAdministrators(tx)
    // A launch that is under way waits here or is seen below: its row refers to this one.
    await lockUser(tx, userId)
    const user = await getUserRow(tx, userId)
    await assertReplaceable(tx, actor, user)
    const sessions = await tx.session.findMany({
      where: { userId, ...liveSession },
      select: { id: true, imageName: true, state: true },
      orderBy: { createdAt: 'desc' },
    })
    if (sessions.length > 0) throw inUse(user.name, sessions)
    const now = clock.now()
    await endSignIns(tx, { userId }, now)
    await revokeGrants(tx, { OR: [{ session: { userId } }, { apiKey: { userId } }] }, now)
    const leftHomes = await homesOf(tx, userId)
    await tx.session.deleteMany({ where: { userId, state: 'deleted' } })
    await tx.home.deleteMany({ where: { userId } })
    await tx.user.delete({ where: { id: userId } })
    const volumes = leftHomes.map((home) => `${home.volumeName}${home.agentName === null ? '' : ` on ${home.agentName}`}`)
    await audit(tx, actor, {
      verb: 'user.delete',
      thingKind: 'user',
      thingId: userId,
      detail: { name: user.name, leftVolumes: volumes },
    })
    return { id: userId, name: user.name, leftHomes }
  })
}

function inUse(name: string, sessions: { id: string; imageName: string; state: string }[]): DomainError {
  const named = sessions.slice(0, 5).map((session) => `${session.imageName} (${session.state}, ${session.id})`)
  const more = sessions.length > named.length ? ` and ${sessions.length - named.length} more` : ''
  return new DomainError('user_in_use', { message: `${name} still has sessions: ${named.join(', ')}${more}.` })
}
