// A queued session goes on without the GPU that it waits for, where its workspace can do without. Its owner's choice alone.
import { notify } from '@/lib/db/notify'
import { addEvent, placeWaiting } from '@/lib/db/place-queue'
import { placementTransaction } from '@/lib/db/placement-line'
import { mayWaiveGpu } from '@/lib/db/queue-view'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { assertCan } from '@/lib/domain/permissions'
import type { SessionDetail, SessionRef } from '@/lib/domain/session'
import type { Deps } from './deps'
import { getSession } from './get-session'
import { getVisibleSession } from './visible-session'

export async function startWithoutGpu(deps: Deps, actor: Actor, { sessionId }: SessionRef): Promise<SessionDetail> {
  const now = deps.clock.now()
  // Whether it still waits is decided under the placement lock: a GPU may be found for it this moment.
  await placementTransaction(deps.db, async (tx) => {
    const row = await getVisibleSession(tx, actor, sessionId)
    assertCan(actor, 'session:resume', { userId: row.userId })
    if (!mayWaiveGpu(row)) throw new DomainError('wrong_state', whyNot(row.state === 'queued'))
    const { count } = await tx.session.updateMany({
      where: { id: row.id, version: row.version },
      data: { gpuCount: 0, needsAllGpus: false, queuePosition: null, reasons: [], version: { increment: 1 } },
    })
    if (count === 0) throw new DomainError('conflict')
    await addEvent(tx, row.id, now, 'gpu_waived', {})
    await notify(tx, 'sessions', row.id)
    await placeWaiting(tx, now)
  })
  return getSession(deps, actor, { sessionId })
}

function whyNot(waits: boolean): { message: string } {
  return {
    message: waits ? 'This workspace does not start without a GPU.' : 'Only a session that waits for a GPU can do without.',
  }
}
