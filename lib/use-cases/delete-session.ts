// Delete removes the container and the session; the home stays.
import { lock } from '@/lib/db/locks'
import { placeWaiting } from '@/lib/db/place-queue'
import type { Actor } from '@/lib/domain/actor'
import { hasCode } from '@/lib/domain/errors'
import type { SessionRef } from '@/lib/domain/session'
import { changeSession } from './change-session'
import type { Deps } from './deps'

export async function deleteSession(deps: Deps, actor: Actor, { sessionId }: SessionRef): Promise<{ id: string }> {
  try {
    await changeSession(deps, actor, sessionId, {
      verb: 'delete',
      permission: 'session:delete',
      // Before the row's: placement takes them in this order.
      before: (tx) => lock(tx, 'placement'),
      decide: async (row, tx, now) => {
        if (row.wanted === 'deleted') return null
        const agent = row.agent ? await tx.agent.findUnique({ where: { id: row.agent.id }, select: { removedAt: true } }) : null
        // Without an agent there can be no container; with one, only the controller may say that it is gone.
        const gone = row.state === 'queued' || agent === null || agent.removedAt !== null
        return gone
          ? {
              data: { wanted: 'deleted', state: 'deleted', queuedAt: null, queuePosition: null, gatewayPort: null, endedAt: now },
              event: 'deleted',
              after: async (inner) => void (await placeWaiting(inner, now)),
            }
          : {
              data: { wanted: 'deleted', ...(['stopped', 'failed', 'lost'].includes(row.state) ? { state: 'deleting' } : {}) },
              event: 'delete_asked',
            }
      },
    })
  } catch (error) {
    // Deleted at once, so there is nothing left to show.
    if (!(hasCode(error, 'not_found') && (await isDeleted(deps, actor, sessionId)))) throw error
  }
  return { id: sessionId }
}

async function isDeleted({ db }: Deps, actor: Actor, sessionId: string): Promise<boolean> {
  const where = actor.role === 'admin' ? {} : { userId: actor.id }
  return (await db.session.count({ where: { id: sessionId, state: 'deleted', ...where } })) > 0
}
