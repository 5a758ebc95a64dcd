// Save an authoring session as a workspace image, in three acts of a person: prepare, look, and make it or take it back. Each is intent;
// the controller does it.
import { audit } from '@/lib/db/audit'
import { changeSaveIn, isSaving, lastSave } from '@/lib/db/image-saves'
import { notify } from '@/lib/db/notify'
import { addEvent } from '@/lib/db/place-queue'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { newId } from '@/lib/domain/ids'
import { type CommitImageSave, savedReference } from '@/lib/domain/image-save'
import type { SessionDetail, SessionRef } from '@/lib/domain/session'
import type { Deps } from './deps'
import { getSession } from './get-session'
import { ownAuthoringSession } from './own-authoring-session'

/** Ends its desktop and cleans it; nobody is let in any more until it is decided. */
export async function prepareSave(deps: Deps, actor: Actor, { sessionId }: SessionRef): Promise<SessionDetail> {
  const now = deps.clock.now()
  await deps.db.$transaction(async (tx) => {
    const session = await ownAuthoringSession(tx, actor, sessionId)
    if (session.imageId === null)
      throw new DomainError('wrong_state', { message: 'The workspace image that it came from was deleted.' })
    const { count } = await tx.session.updateMany({
      where: { id: sessionId, version: session.version },
      data: { reachHost: null, reachPort: null, certPin: null, version: { increment: 1 } },
    })
    if (count === 0) throw new DomainError('conflict')
    // Behind the row's lock, so that two cannot both find none.
    if (await isSaving(tx, sessionId)) throw new DomainError('wrong_state', { message: 'It is being saved already.' })
    await tx.imageSave.create({
      data: { id: newId(), sessionId, agentId: session.agentId, requestedById: actor.id, createdAt: now },
    })
    await addEvent(tx, sessionId, now, 'save_asked', {})
    await audit(tx, actor, {
      verb: 'session.save',
      thingKind: 'session',
      thingId: sessionId,
      detail: { image: session.imageName },
    })
    await notify(tx, 'grants', sessionId)
    await notify(tx, 'saves', session.agentId)
  })
  return getSession(deps, actor, { sessionId })
}

export async function commitSave(deps: Deps, actor: Actor, input: CommitImageSave): Promise<SessionDetail> {
  const { sessionId, ...wanted } = input
  const now = deps.clock.now()
  await deps.db.$transaction(async (tx) => {
    await ownAuthoringSession(tx, actor, sessionId)
    const save = await lastSave(tx, sessionId)
    if (save?.state !== 'ready') throw new DomainError('wrong_state', { message: 'It is not ready to be made an image.' })
    const reference = savedReference(wanted.name, now)
    const change = { data: { state: 'committing' as const, wanted, reference, attempts: 0 }, wake: 'save' as const }
    if (!(await changeSaveIn(tx, save, change, now))) throw new DomainError('conflict')
  })
  return getSession(deps, actor, { sessionId })
}

/** Back to work: the desktop starts again with everything that was changed in it. */
export async function cancelSave(deps: Deps, actor: Actor, { sessionId }: SessionRef): Promise<SessionDetail> {
  const now = deps.clock.now()
  await deps.db.$transaction(async (tx) => {
    await ownAuthoringSession(tx, actor, sessionId)
    const save = await lastSave(tx, sessionId)
    if (save?.state !== 'preparing' && save?.state !== 'ready') {
      throw new DomainError('wrong_state', { message: 'There is nothing to take back.' })
    }
    if (!(await changeSaveIn(tx, save, { data: { state: 'canceling' }, wake: 'save' }, now))) throw new DomainError('conflict')
  })
  return getSession(deps, actor, { sessionId })
}
