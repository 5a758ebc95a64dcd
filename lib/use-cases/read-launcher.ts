// What the launcher shows, with a mark that changes when any of it does: the page asks for the mark and is drawn again only then.
import { createHash } from 'node:crypto'
import type { Actor } from '@/lib/domain/actor'
import type { SessionView } from '@/lib/domain/session'
import { isMoving } from '@/lib/domain/session-lifecycle'
import type { LaunchTile } from '@/lib/domain/workspace-image-view'
import type { Deps } from './deps'
import { listLaunchable } from './list-launchable'
import { listMySessions } from './list-sessions'

export type LauncherRead = {
  mark: string
  now: string
  /** Something is under way: worth asking again soon. */
  moving: boolean
  sessions: SessionView[]
  tiles: LaunchTile[]
}

export async function readLauncher(deps: Deps, actor: Actor): Promise<LauncherRead> {
  const now = deps.clock.now()
  const [sessions, tiles] = await Promise.all([listMySessions(deps, actor, { filter: 'live' }), listLaunchable(deps, actor)])
  // Ages and the time left are shown in minutes, so each minute is news as well.
  const minute = sessions.length > 0 ? Math.floor(now.getTime() / 60_000) : 0
  const mark = createHash('sha256')
    .update(JSON.stringify([minute, sessions, tiles]))
    .digest('base64url')
  return { mark, now: now.toISOString(), moving: sessions.some(isMoving), sessions, tiles }
}
