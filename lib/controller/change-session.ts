// Writes a change of a session, and places what was waiting for the room that it gave back.
import { changeSessionRow, type SessionChange, type SessionOnAgent } from '@/lib/db/controller-sessions'
import type { Lease } from '@/lib/db/leases'
import { placeWaiting } from '@/lib/db/place-queue'
import type { ControllerDeps } from './controller-deps'

export async function changeSession(
  deps: ControllerDeps,
  lease: Lease | null,
  session: SessionOnAgent,
  change: SessionChange,
): Promise<boolean> {
  const written = await changeSessionRow(deps.db, lease, session, change, deps.clock.now())
  if (written && change.release && session.held) await placeNow(deps)
  return written
}

/** What goes wrong here is not the fault of the session that made room; the periodic pass places again. */
export async function placeNow({ db, clock, log }: ControllerDeps): Promise<void> {
  try {
    await db.$transaction((tx) => placeWaiting(tx, clock.now()))
  } catch (error) {
    log.error({ err: error }, 'The queue could not be placed')
  }
}
