// Sending an image that only agents have to a registry. What an administrator says, and what he is told.
import { z } from 'zod'
import type { PullProgress } from './container-host'
import { Id } from './ids'
import { ImageReferenceText, parseImageReference } from './image-reference'
import { RegistryLogin } from './registry-login'

/** A public registry is meant only where it is named: what has no host would go to Docker Hub, for everybody to see. */
export const PushReference = ImageReferenceText.refine(
  (text) => parseImageReference(text)?.registry,
  'Begin with the registry’s address, such as registry.example.org/team/desktop:1.',
).refine((text) => !parseImageReference(text)?.digest, 'Give it a tag, not a digest: that is what the registry answers.')

export const PushImage = z.strictObject({
  reference: PushReference,
  /** Left out: the login that the workspace image has for this registry. Null: none. */
  registry: RegistryLogin.nullable().optional(),
})
export type PushImage = z.output<typeof PushImage>

export const PushImageOf = PushImage.extend({ imageId: Id })

export const imagePushStates = ['waiting', 'pushing', 'done', 'failed'] as const

export type ImagePushView = {
  reference: string
  /** From which agent. */
  agentName: string
  state: (typeof imagePushStates)[number]
  progress: PullProgress | null
  /** As the registry gave it; null until it is there. */
  digest: string | null
  problem: string | null
  hint: string | null
  registryUser: string | null
  askedAt: string
  endedAt: string | null
}
