// Asks the registry now what the tag of a workspace image names. A controller asks, through an agent; what it hears counts from then on.
import { askQuestion } from '@/lib/db/questions'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { normalReference } from '@/lib/domain/image-reference'
import type { ImageCheck } from '@/lib/domain/image-updates-view'
import { assertCan } from '@/lib/domain/permissions'
import type { Deps } from './deps'
import { imageDetail } from './get-image'

export async function checkImage(deps: Deps, actor: Actor, { imageId }: { imageId: string }): Promise<ImageCheck> {
  assertCan(actor, 'image:manage')
  const image = await imageDetail(deps.db, imageId)
  if (image.updates.follows === 'digest')
    throw new DomainError('wrong_state', { message: 'This reference names one build for ever: there is nothing to ask for.' })
  if (image.agents.every((agent) => agent.digest === null)) {
    throw new DomainError('wrong_state', {
      message: 'No agent has this image from a registry, so none is asked for it.',
      hint: 'It is asked for once it was pulled. What was built or loaded on an agent is never looked for in a registry.',
    })
  }
  return askQuestion<'image-tag'>(deps, {
    input: { kind: 'image-tag', reference: normalReference(image.reference) },
    askedById: actor.id,
  })
}
