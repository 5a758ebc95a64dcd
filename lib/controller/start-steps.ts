// From a placed session to a desktop that answers: create, pull when the image is missing, start, find the way to it.
import { writeReachedBy } from '@/lib/db/agents-observed'
import { DbNull } from '@/lib/db/json-null'
import { digestOf } from '@/lib/domain/background-pulls'
import { toContainerSpec } from '@/lib/domain/container-spec'
import { hasCode } from '@/lib/domain/errors'
import { runReference, shaOf } from '@/lib/domain/image-tag'
import { reachCandidates } from '@/lib/domain/reach'
import { open, seal } from '@/lib/secrets/seal'
import { sealContext } from '@/lib/secrets/seal-contexts'
import { newDesktopPassword } from '@/lib/secrets/tokens'
import { confirmThrough } from './confirm-pin'
import { findReach, type NoAnswer } from './find-reach'
import { publishTo } from './publish-to'
import { assertMayAct, change, noTries, type StepContext, type StepResult } from './step-context'

export async function create(context: StepContext): Promise<StepResult> {
  const { deps, agent, session } = context
  const isNew = session.credentialSealed === null
  const { credential, credentialSealed } = await ensureCredential(context)
  const reference = runReference(session.spec)
  const image = await agent.host.findImage(reference, context.signal)
  if (!image) return mustPull(context, reference)
  const spec = toContainerSpec({
    installId: deps.installId,
    session,
    // By its ID: a tag may move between this look and the container, and what runs is to be known exactly.
    spec: { ...session.spec, reference: image.id },
    credential,
    homeVolume: session.home ? { id: session.home.id, name: session.home.volumeName } : null,
    gpuUuids: session.gpuUuids,
    publishTo: await publishTo(agent.row),
  })
  // The password was just written under the same conditions.
  if (!isNew) await assertMayAct(context)
  try {
    const seen = await agent.host.ensureCreated(spec, context.signal)
    // A container that was adopted may have been made from another one.
    const made = seen.imageId === image.id ? image : await agent.host.findImage(seen.imageId, context.signal)
    const digest = made && digestOf(session.spec.reference, made.digests)
    await change(context, {
      data: {
        containerId: seen.id,
        fitsViewer: seen.fitsViewer,
        dockerImageId: seen.imageId,
        imageDigest: digest && shaOf(digest),
        imageUpdate: null,
        ...noTries,
      },
      events: [{ code: 'created' }],
    })
    return {
      seen,
      session: { ...context.session, containerId: seen.id, hasCredential: true, credentialSealed, ...noTries },
    }
  } catch (error) {
    if (!hasCode(error, 'image_missing')) throw error
    return mustPull(context, reference)
  }
}

async function mustPull(context: StepContext, reference: string): Promise<StepResult> {
  const pull = { layers: 0, layersDone: 0, bytes: 0, bytesTotal: 0, status: 'Waiting' }
  await change(context, { data: { pull }, events: [{ code: 'pulling', params: { reference } }] })
  return { seen: null }
}

/** Written before the container is made: a password that only a crashed process knew would lock everybody out. */
async function ensureCredential(context: StepContext): Promise<{ credential: string; credentialSealed: string }> {
  const { deps, session } = context
  const known = session.credentialSealed
  if (known !== null) return { credential: open(deps.keys, sealContext.credential(session.id), known), credentialSealed: known }
  const credential = newDesktopPassword()
  const credentialSealed = seal(deps.keys, sealContext.credential(session.id), credential)
  await change(context, { data: { credentialSealed } })
  return { credential, credentialSealed }
}

/** A pull is a job beside the steps: this only sees to it that one runs. */
export async function pull({ deps, agent, session }: StepContext): Promise<StepResult> {
  deps.pulls.ensure(agent, runReference(session.spec))
  return { wait: true }
}

export async function start(context: StepContext): Promise<StepResult> {
  const { deps, agent, session } = context
  await assertMayAct(context)
  const seen = await agent.host.ensureStarted(session.id, context.signal, context.seen?.id)
  const start = { containerStartedAt: seen.startedAt, containerEndpoint: seen.endpointId, startedAt: deps.clock.now() }
  const written = { ...start, ...noTries }
  await change(context, { data: { ...written, pull: DbNull }, events: [{ code: 'started' }] })
  return { seen, session: { ...context.session, ...written, pulling: false } }
}

export async function probe(context: StepContext): Promise<StepResult> {
  const { deps, agent, session, seen } = context
  if (!seen || session.credentialSealed === null) return { wait: true }
  const candidates = reachCandidates(seen, agent.row)
  const password = open(deps.keys, sealContext.credential(session.id), session.credentialSealed)
  const headStartMs = candidates[0]?.way === agent.row.reachedBy ? 3_000 : 0
  const options = {
    candidates,
    headStartMs,
    password,
    pin: confirmThrough(agent.host, seen, context.signal),
    ask: deps.askDesktop,
    forMs: deps.askForMs,
    signal: context.interrupted,
  }
  const outcome = await findReach(options)
  if (outcome.kind === 'not_yet') return notYet(context, outcome.last)
  const { candidate } = outcome
  const now = deps.clock.now()
  const isFirst = session.state === 'starting'
  await change(context, {
    data: {
      state: 'running',
      reachHost: candidate.host,
      reachPort: candidate.port,
      certPin: outcome.pin,
      ...noTries,
      ...(isFirst && session.timeLimitSeconds !== null
        ? { endsAt: new Date(now.getTime() + session.timeLimitSeconds * 1000) }
        : {}),
    },
    events: [{ code: isFirst ? 'answered' : 'moved' }],
    routeChanged: true,
  })
  if (agent.row.reachedBy !== candidate.way) await writeReachedBy(deps.db, agent.row.id, candidate.way)
  agent.row.reachedBy = candidate.way
  return {}
}

async function notYet(context: StepContext, last: NoAnswer): Promise<StepResult> {
  if (context.interrupted.aborted) return {}
  context.deps.log.debug({ session: context.session.id, last }, 'The desktop does not answer yet')
  return {}
}
