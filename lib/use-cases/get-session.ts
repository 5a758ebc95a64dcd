// One session with its timeline, for its owner or an administrator.
import { loadQueueView } from '@/lib/db/queue-view'
import { toSessionDetail } from '@/lib/db/session-views'
import { readSettings } from '@/lib/db/settings'
import type { Actor } from '@/lib/domain/actor'
import { assertCan } from '@/lib/domain/permissions'
import type { SessionDetail, SessionRef } from '@/lib/domain/session'
import type { Deps } from './deps'
import { getVisibleSession } from './visible-session'

export async function getSession({ db }: Deps, actor: Actor, { sessionId }: SessionRef): Promise<SessionDetail> {
  const row = await getVisibleSession(db, actor, sessionId)
  assertCan(actor, 'session:view', { userId: row.userId })
  const queue = row.state === 'queued' ? await loadQueueView(db, row, actor) : null
  const { maxTransferBytes: maxFileBytes } = await readSettings(db)
  return toSessionDetail(row, actor, { queue, maxFileBytes })
}
