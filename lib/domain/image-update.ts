// Whether a session runs another build than a new start would. Pure.
import { isTag, normalReference } from './image-reference'

export type ImageUpdate = 'newer' | 'newerComing' | 'other' | 'otherComing'

type Running = { reference: string; imageDigest: string | null; dockerImageId: string }

type Wanted = {
  /** Of its workspace image, as it is now. */
  reference: string
  pinnedDigest: string | null
  /** What the tag names, as last heard. */
  named: string | null
  /** Docker's ID of the wanted build, where an agent has had it. */
  imageIdOf: (digest: string) => string | null
  /** On the session's own agent. */
  isHere: (digest: string) => boolean
}

/** Null: the same, or nothing is known that would be different. */
export function imageUpdateOf(running: Running, wanted: Wanted): ImageUpdate | null {
  // A workspace that was given another reference is another one for those who launched it before.
  if (normalReference(running.reference) !== normalReference(wanted.reference)) return null
  const digest = wanted.pinnedDigest ?? (isTag(wanted.reference) ? wanted.named : null)
  if (digest === null || digest === running.imageDigest) return null
  // Built on its agent: a tag never replaces it.
  if (running.imageDigest === null && wanted.pinnedDigest === null) return null
  if (wanted.imageIdOf(digest) === running.dockerImageId) return null
  const kind = wanted.pinnedDigest === null ? 'newer' : 'other'
  return wanted.isHere(digest) ? kind : `${kind}Coming`
}
