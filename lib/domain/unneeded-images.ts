// Which of the images that Berth brought to an agent nothing needs any more. Only these may ever be removed there. Pure.
import type { SeenImage } from './image-host'
import type { NeededImages } from './needed-images'

type Situation = {
  /** Everything on the agent. */
  images: readonly SeenImage[]
  /** What Berth brought there, with the names that it gave. */
  brought: readonly { imageId: string; references: readonly string[] }[]
  needed: NeededImages
  /** Ids of the images that any container is made of, whosever. */
  inUse: ReadonlySet<string>
  /** Ids of the images of all other agents. */
  elsewhere: ReadonlySet<string>
}

export function unneededImages({ images, brought, ...situation }: Situation): Set<string> {
  const ours = new Map(brought.map((one) => [one.imageId, new Set(one.references)]))
  return new Set(images.filter((image) => isUnneeded(image, ours.get(image.id), situation)).map((image) => image.id))
}

type Rest = Omit<Situation, 'images' | 'brought'>

function isUnneeded(image: SeenImage, ourNames: ReadonlySet<string> | undefined, { needed, inUse, elsewhere }: Rest): boolean {
  if (!ourNames) return false
  if (inUse.has(image.id) || needed.imageIds.has(image.id)) return false
  if (image.references.some((reference) => needed.references.has(reference))) return false
  const tags = image.references.filter((reference) => !reference.includes('@'))
  // Somebody gave it a name of his own: he means to keep it.
  if (tags.some((tag) => !ourNames.has(tag))) return false
  // No registry could give it again, and nobody else has it. A former build that lost its name was replaced on purpose.
  const isLast = tags.length > 0 && image.digests.length === 0 && !elsewhere.has(image.id)
  return !isLast
}
