// Is this Docker image somewhere already, or can it be fetched? A controller asks the agents; this process holds no Docker credentials.
import { askQuestion, type ImageReferenceAnswer } from '@/lib/db/questions'
import { loginOfImage } from '@/lib/db/registry-logins'
import type { Actor } from '@/lib/domain/actor'
import { assertCan } from '@/lib/domain/permissions'
import type { RegistryLoginChange } from '@/lib/domain/registry-login'
import type { Deps } from './deps'

/** `registry`: the login to ask with; left out, the one that `imageId` has for this registry. */
type CheckReference = { reference: string; imageId?: string | undefined; registry?: RegistryLoginChange }

export async function checkReference(deps: Deps, actor: Actor, input: CheckReference): Promise<ImageReferenceAnswer> {
  assertCan(actor, 'image:manage')
  const { reference, imageId, registry } = input
  const stored = registry === undefined && imageId !== undefined
  const login = stored ? await loginOfImage(deps.db, deps.keys, imageId, reference) : registry
  return askQuestion<'image-reference'>(deps, {
    input: { kind: 'image-reference', reference, ...(login ? { login } : {}) },
    askedById: actor.id,
  })
}
