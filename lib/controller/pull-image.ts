// Brings an image from its registry. A tag goes by the build that its registry was last seen to name, so that every agent gets the same one;
// on the agent it names the new build only when that is complete, so a launch meanwhile finds the old one.
import { recordBrought } from '@/lib/db/brought-images'
import { noteBuild, noteDigest } from '@/lib/db/image-digests'
import { askSoon, namedDigest } from '@/lib/db/image-tags'
import { loginsFor } from '@/lib/db/registry-logins'
import { digestOf } from '@/lib/domain/background-pulls'
import type { PullProgress } from '@/lib/domain/container-host'
import { fits } from '@/lib/domain/disk-room'
import { hasCode } from '@/lib/domain/errors'
import type { ImageHolder } from '@/lib/domain/image-copies'
import type { SeenImage } from '@/lib/domain/image-host'
import { digestReference, isTag } from '@/lib/domain/image-reference'
import { shaOf } from '@/lib/domain/image-tag'
import { isMissing } from '@/lib/domain/registry-answer'
import type { Bringing } from './bring-image'
import type { ActingAgent, ControllerDeps } from './controller-deps'
import { assertRoomFor } from './image-room'
import { diskOf, tooLarge } from './too-large'

type Pulling = Bringing & { holders: readonly ImageHolder[] }

export async function pullImage(deps: ControllerDeps, agent: ActingAgent, pulling: Pulling): Promise<SeenImage | null> {
  const before = new Set((await agent.host.images(pulling.signal)).map((image) => image.id))
  const image = (await pullNamed(deps, agent, pulling)) ?? (await pullAsGiven(deps, agent, pulling))
  // One that somebody had there already is his.
  if (image && !before.has(image.id)) {
    const brought = { how: 'pulled' as const, reference: pulling.reference, sizeBytes: image.sizeBytes }
    await recordBrought(deps.db, { agentId: agent.row.id, imageId: image.id }, brought, deps.clock.now())
  }
  return image
}

/** Null: nobody knows what the tag names, or the registry has that build no more. */
async function pullNamed(deps: ControllerDeps, agent: ActingAgent, pulling: Pulling): Promise<SeenImage | null> {
  const { reference, signal } = pulling
  const digest = isTag(reference) ? await namedDigest(deps.db, reference) : null
  if (digest === null) return null
  const build = digestReference(reference, digest)
  try {
    if (!(await agent.host.findImage(build, signal))) await pullWithLogins(deps, agent, { ...pulling, reference: build })
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

async function pullAsGiven(deps: ControllerDeps, agent: ActingAgent, pulling: Pulling): Promise<SeenImage | null> {
  const { reference, signal } = pulling
  await pullWithLogins(deps, agent, pulling)
  const image = await agent.host.findImage(reference, signal)
  const digest = image && digestOf(reference, image.digests)
  if (!image || !digest) return image
  if (isTag(reference)) await noteDigest(deps.db, { reference, digest: shaOf(digest), image, now: deps.clock.now() })
  else await noteBuild(deps.db, shaOf(digest), image)
  return image
}

/** Several workspace images may name one reference with logins of their own: whichever the registry takes will do. */
async function pullWithLogins(deps: ControllerDeps, agent: ActingAgent, pulling: Pulling): Promise<void> {
  const { reference, tell, signal } = pulling
  await assertRoomFor(deps, agent, pulling)
  const { host } = agent
  const [first, ...others] = await loginsFor(deps.db, deps.keys, reference)
  const stopped = new AbortController()
  const stop = () => stopped.abort(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  // Packed, they take less than they will: what does not even fit like this never does.
  const watch = (progress: PullProgress) => {
    tell(progress)
    if (!fits(progress.bytesTotal, diskOf(agent))) stopped.abort(tooLarge(progress.bytesTotal, diskOf(agent)))
  }
  try {
    let pulled = host.pull(reference, watch, stopped.signal, first)
    for (const login of others) {
      pulled = pulled.catch((error: unknown) => {
        if (!hasCode(error, 'registry_refused')) throw error
        return host.pull(reference, watch, stopped.signal, login)
      })
    }
    await pulled
  } catch (error) {
    throw hasCode(stopped.signal.reason, 'image_too_large') ? stopped.signal.reason : error
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
