// Is this Docker image somewhere already, or can it be fetched? A controller asks the agents; this process holds no Docker credentials.
import { askQuestion, type ImageReferenceAnswer } from '@/lib/db/questions'
import type { Actor } from '@/lib/domain/actor'
import { assertCan } from '@/lib/domain/permissions'
import type { Deps } from './deps'

export async function checkReference(
  deps: Deps,
  actor: Actor,
  { reference }: { reference: string },
): Promise<ImageReferenceAnswer> {
  assertCan(actor, 'image:manage')
  return askQuestion<'image-reference'>(deps, { input: { kind: 'image-reference', reference }, askedById: actor.id })
}
