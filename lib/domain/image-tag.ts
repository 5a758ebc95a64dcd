// A tag that a registry moves, the builds that it has named, and which of them is run. Pure.
import { digestReference, isTag, normalReference } from './image-reference'

/** What the registry last said of a tag; digests are `sha256:…`. */
export type TagState = {
  reference: string
  digest: string | null
  previousDigest: string | null
  /** When it last named a digest. */
  checkedAt: Date | null
}

/** What an agent has under one reference. */
export type HeldBuild = {
  imageId: string
  /** `repository@sha256:…`; null where no registry gave it. */
  digest: string | null
  /** Since when that is so. */
  seenAt: Date
}

type Chosen = { reference: string; pinnedDigest?: string | null | undefined }

/** A pinned build by its digest; otherwise the tag, which on each agent names the last build that came there complete. */
export function runReference({ reference, pinnedDigest }: Chosen): string {
  return pinnedDigest ? digestReference(reference, pinnedDigest) : normalReference(reference)
}

/**
 * The agent is to move to the build that the tag names now. What came there after the registry was last asked is left alone until it is asked
 * again: somebody may have pulled by hand what is newer still. What no registry gave is never replaced.
 */
export function isBehind(reference: string, here: ReadonlyMap<string, HeldBuild>, tag: TagState | undefined): boolean {
  const held = here.get(reference)
  if (!held || held.digest === null || !isTag(reference)) return false
  if (!tag?.digest || !tag.checkedAt || tag.checkedAt <= held.seenAt) return false
  // Two digests may stand for one image, so the images are compared.
  return here.get(digestReference(reference, tag.digest))?.imageId !== held.imageId
}

/**
 * With the image store of containerd every image has a digest, also one that was built there: it is the image's ID. Only what a registry was
 * seen to name (`trusted`, `sha256:…`) counts then.
 */
export function provenDigest(held: { imageId: string; digest: string | null }, trusted: ReadonlySet<string>): string | null {
  if (held.digest === null) return null
  const digest = shaOf(held.digest)
  return digest !== held.imageId || trusted.has(digest) ? held.digest : null
}

/** `repository@sha256:…` → `sha256:…` */
export function shaOf(digest: string): string {
  return digest.slice(digest.indexOf('@') + 1)
}
