// What Berth itself put on an agent. What is not written here is somebody else's, and Berth never removes it.
import type { SeenImage } from '@/lib/domain/image-host'
import { normalReference } from '@/lib/domain/image-reference'
import type { Tx } from './client'
import type { BroughtHow, BroughtImage } from './generated/client'

type Key = { agentId: string; imageId: string }
type Brought = { how: BroughtHow; reference: string; sizeBytes: number }

export async function recordBrought(tx: Tx, key: Key, { how, reference, sizeBytes }: Brought, now: Date): Promise<void> {
  const references = [normalReference(reference)]
  await tx.broughtImage.upsert({
    where: { agentId_imageId: key },
    create: { ...key, how, references, sizeBytes, broughtAt: now },
    update: { broughtAt: now, unneededSince: null, removalWantedAt: null, problem: null },
  })
  await addBroughtName(tx, key, reference)
}

/** Nothing where the image is not one that Berth brought. */
export async function addBroughtName(tx: Tx, key: Key, reference: string): Promise<void> {
  const name = normalReference(reference)
  await tx.broughtImage.updateMany({
    where: { ...key, NOT: { references: { has: name } } },
    data: { references: { push: name } },
  })
}

export async function isBrought(tx: Tx, key: Key): Promise<boolean> {
  return (await tx.broughtImage.count({ where: key })) > 0
}

/** What is not there any more was removed on the host. A list that was made before an image came says nothing about it. */
export async function forgetRemoved(tx: Tx, agentId: string, seen: readonly SeenImage[], listedAt: Date): Promise<void> {
  await tx.broughtImage.deleteMany({
    where: { agentId, imageId: { notIn: seen.map((image) => image.id) }, broughtAt: { lt: listedAt } },
  })
}

export type BroughtRow = BroughtImage

export async function loadBrought(tx: Tx, agentId: string): Promise<BroughtRow[]> {
  return tx.broughtImage.findMany({ where: { agentId }, orderBy: { broughtAt: 'asc' } })
}

/** Ids of everything that other agents list. */
export async function imagesElsewhere(tx: Tx, agentId: string): Promise<Set<string>> {
  const where = { agentId: { not: agentId }, agent: { removedAt: null } }
  const rows = await tx.agentImage.findMany({ where, select: { imageId: true }, distinct: ['imageId'] })
  return new Set(rows.map((row) => row.imageId))
}

/** Since when nothing needs it is kept; whose need came back is not removed any more, whoever asked for it. */
export async function writeUnneeded(tx: Tx, agentId: string, unneeded: ReadonlySet<string>, now: Date): Promise<void> {
  const ids = [...unneeded]
  await tx.broughtImage.updateMany({
    where: { agentId, imageId: { in: ids }, unneededSince: null },
    data: { unneededSince: now },
  })
  await tx.broughtImage.updateMany({
    where: { agentId, imageId: { notIn: ids }, unneededSince: { not: null } },
    data: { unneededSince: null, removalWantedAt: null, problem: null },
  })
}

export async function writeRemoved(tx: Tx, key: Key): Promise<void> {
  await tx.broughtImage.deleteMany({ where: key })
  await tx.agentImage.deleteMany({ where: key })
}

export async function writeNotRemoved(tx: Tx, key: Key, problem: string): Promise<void> {
  await tx.broughtImage.updateMany({ where: key, data: { removalWantedAt: null, problem } })
}
