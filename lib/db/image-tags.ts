// Tags and what their registries last said of them.
import { digestReference, isMadeHere, isTag, normalReference } from '@/lib/domain/image-reference'
import { provenDigest, shaOf } from '@/lib/domain/image-tag'
import type { RegistryAnswer } from '@/lib/domain/registry-answer'
import type { Db, Tx } from './client'
import type { ImageTag } from './generated/client'
import { trustedDigests } from './image-digests'

/** `sha256:…`; null where the registry was never heard. */
export async function namedDigest(tx: Tx, reference: string): Promise<string | null> {
  const row = await tx.imageTag.findUnique({ where: { reference }, select: { digest: true } })
  return row?.digest ?? null
}

export async function askSoon(tx: Tx, reference: string): Promise<void> {
  await tx.imageTag.updateMany({ where: { reference }, data: { nextCheckAt: null } })
}

/**
 * A tag is followed when an enabled workspace image names it and some agent has it with a digest. What no registry gave has none, and no
 * registry is asked for it. Returns what is named.
 */
export async function followTags(tx: Tx): Promise<string[]> {
  const images = await tx.workspaceImage.findMany({ where: { enabled: true }, select: { reference: true } })
  const named = [...new Set(images.map((image) => normalReference(image.reference)))].filter(
    (reference) => isTag(reference) && !isMadeHere(reference),
  )
  const held = await tx.agentImage.findMany({
    where: { reference: { in: named }, digest: { not: null }, agent: { removedAt: null } },
    select: { reference: true },
    distinct: ['reference'],
  })
  await tx.imageTag.createMany({ data: held, skipDuplicates: true })
  return named
}

/** What no workspace image names any more, not even one that is switched off, and nobody has asked for since. */
export async function purgeTags(tx: Tx, before: Date): Promise<void> {
  const images = await tx.workspaceImage.findMany({ select: { reference: true } })
  const unnamed = { notIn: [...new Set(images.map((image) => normalReference(image.reference)))] }
  const gone = await tx.imageTag.findMany({ where: { reference: unnamed, triedAt: { lt: before } }, select: { reference: true } })
  const where = { reference: { in: gone.map(({ reference }) => reference) } }
  await tx.imageDigest.deleteMany({ where })
  await tx.imageTag.deleteMany({ where })
}

type Due = { named: string[]; now: Date; until: Date; most: number }

/** Each for one controller alone, until then. What agents have got since by other ways is asked for as well. */
export async function takeDueTags(tx: Tx, { named, now, until, most }: Due): Promise<string[]> {
  const rows = await tx.$queryRaw<{ reference: string }[]>`
    UPDATE "ImageTag" SET "nextCheckAt" = ${until} WHERE reference IN (
      SELECT t.reference FROM "ImageTag" t
      WHERE t.reference = ANY(${named}) AND (t."nextCheckAt" IS NULL OR t."nextCheckAt" <= ${now} OR (t."failures" = 0 AND EXISTS (
          SELECT 1 FROM "AgentImage" i JOIN "Agent" a ON a.id = i."agentId" AND a."removedAt" IS NULL
          WHERE i.reference = t.reference AND i.digest IS NOT NULL AND right(i.digest, 71) <> t.digest AND i."seenAt" > t."triedAt")))
        AND EXISTS (SELECT 1 FROM "AgentImage" i JOIN "Agent" a ON a.id = i."agentId" AND a."removedAt" IS NULL
          WHERE i.reference = t.reference AND i.digest IS NOT NULL)
      ORDER BY t."nextCheckAt" NULLS FIRST LIMIT ${most} FOR UPDATE SKIP LOCKED)
    RETURNING reference`
  return rows.map((row) => row.reference)
}

type Answered = {
  reference: string
  answer: RegistryAnswer
  now: Date /** After so many failures in a row. */
  next: (failures: number) => Date | null
}

/** Returns whether the tag names another build than before. */
export async function writeTagAnswer(db: Db, { reference, answer, now, next }: Answered): Promise<boolean> {
  return db.$transaction(async (tx) => {
    const before = await tx.imageTag.findUnique({ where: { reference } })
    if (!before) return false
    if (answer.kind !== 'named') {
      const isMissing = answer.kind === 'missing'
      const failures = isMissing ? 0 : before.failures + 1
      const words = { problem: answer.problem, hint: answer.hint, triedAt: now, failures, nextCheckAt: next(failures) }
      const missing = isMissing ? { missingSince: before.missingSince ?? now } : {}
      await tx.imageTag.update({ where: { reference }, data: { ...words, ...missing } })
      return false
    }
    const fine = { problem: null, hint: null, failures: 0, missingSince: null }
    const heard = { ...fine, triedAt: now, checkedAt: now, nextCheckAt: next(0) }
    if (before.digest === answer.digest) {
      await tx.imageTag.update({ where: { reference }, data: heard })
      return false
    }
    const previousDigest = await wayBack(tx, before, answer.digest)
    const moved = { digest: answer.digest, previousDigest, digestSince: now }
    await tx.imageTag.update({ where: { reference }, data: { ...heard, ...moved } })
    await noteNamed(tx, reference, answer.digest, now)
    return before.digest !== null
  })
}

/** The build that agents had before: one that none has fetched before the tag moved on never worked for anybody. */
async function wayBack(tx: Tx, before: ImageTag, digest: string): Promise<string | null> {
  const { reference, digest: left, previousDigest } = before
  if (left === null) return previousDigest
  const had = await tx.agentImage.count({ where: { reference: digestReference(reference, left) } })
  if (had > 0) return left
  return previousDigest === digest ? null : previousDigest
}

async function noteNamed(tx: Tx, reference: string, digest: string, now: Date): Promise<void> {
  const build = await tx.agentImage.findFirst({ where: { reference: digestReference(reference, digest) } })
  const facts = build ? { imageId: build.imageId, sizeBytes: build.sizeBytes } : {}
  const key = { reference, digest }
  await tx.imageDigest.upsert({
    where: { reference_digest: key },
    create: { ...key, firstSeenAt: now, namedAt: now, ...facts },
    update: { namedAt: now, ...facts },
  })
}

/** Whether what agents have under the tag can have come from the registry that named this digest. */
export async function isProven(tx: Tx, reference: string, digest: string): Promise<boolean> {
  const [held, trusted] = await Promise.all([
    tx.agentImage.findMany({ where: { reference, agent: { removedAt: null } } }),
    trustedDigests(tx),
  ])
  return held.some((row) => provenDigest(row, trusted) !== null || (row.digest !== null && shaOf(row.digest) === digest))
}

export async function holdersOf(tx: Tx, reference: string): Promise<Set<string>> {
  const rows = await tx.agentImage.findMany({ where: { reference }, select: { agentId: true } })
  return new Set(rows.map((row) => row.agentId))
}
