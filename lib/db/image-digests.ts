// The history of tags: every build that a registry has named, be it asked or pulled from.
import type { SeenImage } from '@/lib/domain/container-host'
import type { Tx } from './client'

/** `sha256:…` of whatever repository: a digest is of content. */
export async function trustedDigests(tx: Tx): Promise<Set<string>> {
  const rows = await tx.imageDigest.findMany({ select: { digest: true }, distinct: ['digest'] })
  return new Set(rows.map((row) => row.digest))
}

type Pulled = { reference: string; digest: string; image: SeenImage; now: Date }

/** What its registry gave just now under this tag. */
export async function noteDigest(tx: Tx, { reference, digest, image, now }: Pulled): Promise<void> {
  const key = { reference, digest }
  const facts = { imageId: image.id, sizeBytes: image.sizeBytes }
  await tx.imageDigest.upsert({
    where: { reference_digest: key },
    create: { ...key, firstSeenAt: now, ...facts },
    update: facts,
  })
}

/** Pulled by its digest: whichever tags have named it, it is this image. */
export async function noteBuild(tx: Tx, digest: string, image: SeenImage): Promise<void> {
  await tx.imageDigest.updateMany({ where: { digest }, data: { imageId: image.id, sizeBytes: image.sizeBytes } })
}
