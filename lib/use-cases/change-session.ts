// One shape for every change of intent: find it for the actor, check the verb, compare-and-set, write the event, wake the controller.
import type { Tx } from '@/lib/db/client'
import type { Prisma } from '@/lib/db/generated/client'
import { notify } from '@/lib/db/notify'
import { addEvent } from '@/lib/db/place-queue'
import { placementTransaction } from '@/lib/db/placement-line'
import { lostByAuthoring, type SessionDetailRow } from '@/lib/db/session-views'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { openSaveStates } from '@/lib/domain/image-save'
import { assertCan, type Permission } from '@/lib/domain/permissions'
import type { SessionDetail } from '@/lib/domain/session'
import type { SessionEventCode, SessionEventParams } from '@/lib/domain/session-events'
import { allowsVerb, holdsResources, type SessionVerb, stateWords } from '@/lib/domain/session-lifecycle'
import type { Deps } from './deps'
import { getSession } from './get-session'
import { getVisibleSession } from './visible-session'

export type Change = {
  data: Prisma.SessionUncheckedUpdateManyInput
  event: SessionEventCode
  params?: SessionEventParams
  /** Runs in the same transaction, after the row was changed. */
  after?: (tx: Tx) => Promise<void>
}

type ChangeSpec = {
  verb: SessionVerb
  permission: Permission
  /** Null: it is so already, and saying it again is no error. */
  decide(row: SessionDetailRow, tx: Tx, now: Date): Promise<Change | null>
  /** Runs first in the transaction; for the placement lock, which must come before row locks. */
  before?: (tx: Tx) => Promise<void>
}

// The controller writes progress all the time; a person's intent is tried again over it.
const tries = 5

export async function changeSession(deps: Deps, actor: Actor, sessionId: string, spec: ChangeSpec): Promise<SessionDetail> {
  for (let attempt = 1; ; attempt++) {
    const change = (tx: Tx) => attemptChange(deps, tx, actor, sessionId, spec)
    const done = await (spec.before ? placementTransaction(deps.db, change) : deps.db.$transaction(change))
    if (done) break
    if (attempt === tries) throw new DomainError('conflict')
  }
  // A deleted session has no detail any more; what it was last is the answer.
  return getSession(deps, actor, { sessionId })
}

async function attemptChange(deps: Deps, tx: Tx, actor: Actor, sessionId: string, spec: ChangeSpec): Promise<boolean> {
  await spec.before?.(tx)
  const now = deps.clock.now()
  const row = await getVisibleSession(tx, actor, sessionId)
  assertCan(actor, spec.permission, { userId: row.userId })
  if (!allowsVerb(row.state, spec.verb)) {
    throw new DomainError('wrong_state', {
      message: `A session that is ${stateWords[row.state].toLowerCase()} cannot be ${past[spec.verb]}.`,
    })
  }
  assertKeepsWork(row, spec.verb)
  const change = await spec.decide(row, tx, now)
  if (!change) return true
  const { count } = await tx.session.updateMany({
    where: { id: row.id, version: row.version },
    data: { ...change.data, version: { increment: 1 } },
  })
  if (count === 0) return false
  const byName = row.userId === actor.id ? {} : { byName: actor.name }
  await addEvent(tx, row.id, now, change.event, { ...change.params, ...byName })
  await change.after?.(tx)
  await notify(tx, 'sessions', row.id)
  return true
}

/** Before a container is there nothing can be lost. */
function assertKeepsWork(row: SessionDetailRow, verb: SessionVerb): void {
  if (!row.authoring || verb === 'delete' || !holdsResources(row.state)) return
  if (row.saves.some(({ state }) => openSaveStates.includes(state)))
    throw new DomainError('wrong_state', {
      message: 'The session is being saved as an image.',
      hint: 'Take that back first, or delete it.',
    })
  if (lostByAuthoring.includes(verb) && row.state !== 'starting')
    throw new DomainError('wrong_state', {
      message: 'An authoring session is saved or deleted: stopped, it would lose everything that was changed in it.',
    })
}

const past: Record<SessionVerb, string> = {
  pause: 'paused',
  resume: 'resumed',
  stop: 'stopped',
  delete: 'deleted',
  retry: 'tried again',
  restart: 'restarted',
  connect: 'opened',
  extend: 'extended',
}
