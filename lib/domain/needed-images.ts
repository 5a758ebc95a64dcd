// Which images of an agent must stay there: what its workspaces run or may go back to, and what its sessions were made from. Pure.
import { mayRun, type PullTarget, type WantedImage } from './background-pulls'
import { digestReference, isTag } from './image-reference'
import { runReference, type TagState } from './image-tag'

type Situation = {
  agent: PullTarget
  /** Enabled workspace images. */
  images: readonly WantedImage[]
  tags: readonly TagState[]
  /** Everything that has, or is about to have, a container there. */
  sessions: readonly { reference: string; pinnedDigest?: string | null; dockerImageId: string | null }[]
}

export type NeededImages = {
  /** As Docker lists them: tags, and builds by digest. */
  references: ReadonlySet<string>
  /** Docker's IDs. */
  imageIds: ReadonlySet<string>
}

/** An image is needed when one of its references or its ID is in here. */
export function neededImages({ agent, images, tags, sessions }: Situation): NeededImages {
  const references = new Set<string>()
  const byReference = new Map(tags.map((tag) => [tag.reference, tag]))
  for (const image of images.filter((candidate) => mayRun(candidate, agent))) {
    references.add(image.reference)
    references.add(runReference(image))
    const tag = isTag(image.reference) ? byReference.get(image.reference) : undefined
    for (const digest of [tag?.digest, tag?.previousDigest]) if (digest) references.add(digestReference(image.reference, digest))
  }
  const imageIds = new Set<string>()
  for (const { reference, pinnedDigest = null, dockerImageId } of sessions) {
    if (dockerImageId !== null) imageIds.add(dockerImageId)
    else references.add(runReference({ reference, pinnedDigest }))
  }
  return { references, imageIds }
}
