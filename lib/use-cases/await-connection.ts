// Connect for the page of a session that is about to run: asked while it starts, answered at the moment it runs. A page that
// first heard of the state and then asked would let somebody wait for one more journey.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Actor } from '@/lib/domain/actor'
import type { SessionRef } from '@/lib/domain/session'
import { connectSession, type SessionConnection } from './connect-session'
import type { Deps } from './deps'

/** Shorter than the time within which a disabled account must get nowhere. */
const holdMs = 4_000
const pauseMs = 25

/** Without a url it did not run in time: ask again. What cannot be connected to throws, as connectSession does. */
export async function awaitConnection(
  deps: Deps,
  actor: Actor,
  { sessionId }: SessionRef,
): Promise<SessionConnection | { url: null }> {
  const until = Date.now() + holdMs
  while (await isStarting(deps, actor, sessionId)) {
    if (Date.now() >= until) return { url: null }
    await sleep(pauseMs)
  }
  return connectSession(deps, actor, { sessionId }, { ahead: true })
}

async function isStarting({ db }: Deps, actor: Actor, sessionId: string): Promise<boolean> {
  const row = await db.session.findFirst({
    where: { id: sessionId, userId: actor.id },
    select: { state: true, wanted: true, fitsViewer: true },
  })
  // A page that waits for its desktop can be had as soon as there is a container.
  return row?.state === 'starting' && row.wanted === 'running' && !row.fitsViewer
}
