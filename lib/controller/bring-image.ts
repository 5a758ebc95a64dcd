// Brings to an agent what a reference is to name there. A tag goes by the build that its registry was last seen to name, so that every agent
// gets the same one; on the agent it names the new build only when that is complete, so a launch meanwhile finds the old one.
import { addAgentImage } from '@/lib/db/agents-observed'
import { noteBuild, noteDigest } from '@/lib/db/image-digests'
import { askSoon, namedDigest } from '@/lib/db/image-tags'
import { loginsFor } from '@/lib/db/registry-logins'
import { digestOf } from '@/lib/domain/background-pulls'
import type { PullProgress, SeenImage } from '@/lib/domain/container-host'
import { hasCode } from '@/lib/domain/errors'
import { digestReference, isTag } from '@/lib/domain/image-reference'
import { shaOf } from '@/lib/domain/image-tag'
import { isMissing } from '@/lib/domain/registry-answer'
import type { ActingAgent, ControllerDeps } from './controller-deps'

type Bring = { reference: string; tell: (progress: PullProgress) => void; signal: AbortSignal }

export async function bringImage(deps: ControllerDeps, agent: ActingAgent, bring: Bring): Promise<void> {
  const image = (await bringNamed(deps, agent, bring)) ?? (await bringAsGiven(deps, agent, bring))
  if (image) await addAgentImage(deps.db, agent.row.id, bring.reference, image, deps.clock.now())
}

/** Null: nobody knows what the tag names, or the registry has that build no more. */
async function bringNamed(deps: ControllerDeps, agent: ActingAgent, bring: Bring): Promise<SeenImage | null> {
  const { reference, signal } = bring
  const digest = isTag(reference) ? await namedDigest(deps.db, reference) : null
  if (digest === null) return null
  const build = digestReference(reference, digest)
  try {
    if (!(await agent.host.findImage(build, signal))) await pullWithLogins(deps, agent, { ...bring, reference: build })
  } catch (error) {
    if (!isMissing(error)) throw error
    // The tag has moved on, and the build that it named is gone.
    await askSoon(deps.db, reference)
    return null
  }
  const image = await agent.host.findImage(build, signal)
  if (!image) return null
  await agent.host.tagImage(image.id, reference, signal)
  await noteDigest(deps.db, { reference, digest, image, now: deps.clock.now() })
  return agent.host.findImage(reference, signal)
}

async function bringAsGiven(deps: ControllerDeps, agent: ActingAgent, bring: Bring): Promise<SeenImage | null> {
  const { reference, signal } = bring
  await pullWithLogins(deps, agent, bring)
  const image = await agent.host.findImage(reference, signal)
  const digest = image && digestOf(reference, image.digests)
  if (!image || !digest) return image
  if (isTag(reference)) await noteDigest(deps.db, { reference, digest: shaOf(digest), image, now: deps.clock.now() })
  else await noteBuild(deps.db, shaOf(digest), image)
  return image
}

/** Several workspace images may name one reference with logins of their own: whichever the registry takes will do. */
async function pullWithLogins(
  { db, keys }: ControllerDeps,
  { host }: ActingAgent,
  { reference, tell, signal }: Bring,
): Promise<void> {
  const [first, ...others] = await loginsFor(db, keys, reference)
  let pulled = host.pull(reference, tell, signal, first)
  for (const login of others) {
    pulled = pulled.catch((error: unknown) => {
      if (!hasCode(error, 'registry_refused')) throw error
      return host.pull(reference, tell, signal, login)
    })
  }
  await pulled
}
