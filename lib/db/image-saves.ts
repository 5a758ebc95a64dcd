// Saves of authoring sessions: read and written by whoever asks and by the controller that does it, each change by compare-and-set.

import { newId } from '@/lib/domain/ids'
import {
  type ImageSaveState,
  type ImageSaveView,
  openSaveStates,
  type SavedImage,
  type SaveReport,
  workingSaveStates,
} from '@/lib/domain/image-save'
import type { SessionEventCode, SessionEventParams } from '@/lib/domain/session-events'
import { imagePrivileges } from '@/lib/domain/workspace-image'
import { audit } from './audit'
import type { Db, Tx } from './client'
import type { ImageSave, Prisma } from './generated/client'
import { toColumns, toFields } from './image-views'
import { notify } from './notify'

export type ImageSaveRow = ImageSave

export function toSaveView(row: ImageSaveRow): ImageSaveView {
  return {
    id: row.id,
    state: row.state,
    report: isWhole(row.report) ? row.report : null,
    imageId: row.imageId,
    problem: row.problem,
    hint: row.hint,
    createdAt: row.createdAt.toISOString(),
  }
}

/** While it is prepared, only part of it is written. */
function isWhole(report: unknown): report is SaveReport {
  return typeof report === 'object' && report !== null && 'diff' in report
}

export async function lastSave(tx: Tx, sessionId: string): Promise<ImageSaveRow | null> {
  return tx.imageSave.findFirst({ where: { sessionId }, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] })
}

export async function isSaving(tx: Tx, sessionId: string): Promise<boolean> {
  return (await tx.imageSave.count({ where: { sessionId, state: { in: [...openSaveStates] } } })) > 0
}

export async function savesToDo(tx: Tx, agentId: string): Promise<ImageSaveRow[]> {
  return tx.imageSave.findMany({
    where: { agentId, state: { in: [...workingSaveStates] } },
    orderBy: { createdAt: 'asc' },
    take: 20,
  })
}

export type SaveChange = {
  data: Omit<Prisma.ImageSaveUncheckedUpdateManyInput, 'version'>
  event?: { code: SessionEventCode; params?: SessionEventParams }
  /** The controller has something to do about it now, or about the session. */
  wake?: 'save' | 'session'
}

/** False: somebody changed it meanwhile. The session's version moves too, so that its page hears of it. */
export async function changeSave(db: Db, row: ImageSaveRow, change: SaveChange, now: Date): Promise<boolean> {
  return db.$transaction((tx) => changeSaveIn(tx, row, change, now))
}

export async function changeSaveIn(tx: Tx, row: ImageSaveRow, { data, event, wake }: SaveChange, now: Date): Promise<boolean> {
  const where = { id: row.id, version: row.version }
  const { count } = await tx.imageSave.updateMany({ where, data: { ...data, version: { increment: 1 } } })
  if (count === 0) return false
  await tx.session.updateMany({ where: { id: row.sessionId }, data: { version: { increment: 1 } } })
  if (event)
    await tx.sessionEvent.create({ data: { sessionId: row.sessionId, at: now, code: event.code, params: event.params ?? {} } })
  if (wake === 'save') await notify(tx, 'saves', row.agentId)
  if (wake === 'session') await notify(tx, 'sessions', row.sessionId)
  return true
}

type Made = { save: ImageSaveRow; parentId: string; reference: string; now: Date }

/** The workspace image that a save makes: its parent's form with another Docker image. Null: there is no parent any more. */
export async function insertSavedImage(
  tx: Tx,
  { save, parentId, reference, now }: Made,
): Promise<{ id: string; name: string } | null> {
  const parent = await tx.workspaceImage.findUnique({ where: { id: parentId } })
  if (!parent) return null
  const wanted = save.wanted as SavedImage
  // How many are kept ready is said of an image that is known to work.
  const fields = { ...toFields(parent), ...wanted, reference, readySessions: 0, readyByGroup: [] }
  const id = newId()
  await tx.workspaceImage.create({ data: { ...toColumns(fields), id, parentId, createdAt: now } })
  const actor = await tx.user.findUnique({ where: { id: save.requestedById }, select: { id: true, name: true } })
  const detail = { name: fields.name, reference, privileges: imagePrivileges(fields), parentId, sessionId: save.sessionId }
  const by = actor ? { ...actor, by: { kind: 'signIn' as const, id: '' } } : null
  await audit(tx, by, { verb: 'image.save', thingKind: 'image', thingId: id, detail })
  return { id, name: fields.name }
}

export function isOpen(state: ImageSaveState): boolean {
  return openSaveStates.includes(state)
}
