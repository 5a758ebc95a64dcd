// Copies an image from the agent that has it to one that lacks it. The bytes pass through this process as fast as the target takes them, and
// are kept nowhere on the way. Only the target needs to be leased: its source is read and not changed.
import { setTimeout as sleep } from 'node:timers/promises'
import { writePullSource } from '@/lib/db/agent-pulls'
import { findAgent } from '@/lib/db/agents-observed'
import { addBroughtName, isBrought, recordBrought } from '@/lib/db/brought-images'
import { holdsLease } from '@/lib/db/leases'
import { copyNeedBytes, fits } from '@/lib/domain/disk-room'
import { DomainError, isDomainError } from '@/lib/domain/errors'
import type { CopyPlan } from '@/lib/domain/image-copies'
import type { ImageHost } from '@/lib/domain/image-host'
import type { Bringing } from './bring-image'
import type { ActingAgent, ControllerDeps } from './controller-deps'
import { diskOf, tooLarge } from './too-large'

type Copying = Bringing & { plan: CopyPlan }

/** How soon a side that went away in the middle is noticed. */
const lookEveryMs = 2_000

export async function copyImage(deps: ControllerDeps, agent: ActingAgent, copying: Copying): Promise<void> {
  const { reference, tell, signal, plan, isUrgent, line } = copying
  tell({ layers: 0, layersDone: 0, bytes: 0, bytesTotal: 0, status: 'Waits for another copy to end' })
  const slot = await line.take({ sources: plan.sources, isUrgent, signal })
  try {
    const key = { agentId: agent.row.id, imageId: plan.imageId }
    await writePullSource(deps.db, { agentId: agent.row.id, reference }, slot.source)
    if (!(await agent.host.findImage(plan.imageId, signal))) {
      await transfer(deps, agent, { ...copying, sourceId: slot.source })
      const loaded = await agent.host.findImage(plan.imageId, signal)
      if (!loaded) {
        throw new DomainError('image_copy_failed', {
          message: 'What arrived is not the image that was sent.',
          hint: 'The two engines may name images in different ways: push it to a registry instead.',
        })
      }
      const brought = { how: 'copied' as const, reference, sizeBytes: loaded.sizeBytes }
      await recordBrought(deps.db, key, brought, deps.clock.now())
    }
    await giveName(deps, agent, copying)
  } finally {
    slot.free()
  }
}

/** Only now does the agent have it: a name never belongs to half an image, and never leaves one that somebody made there himself. */
async function giveName(deps: ControllerDeps, agent: ActingAgent, { reference, plan, signal }: Copying): Promise<void> {
  const there = await agent.host.findImage(reference, signal)
  if (there?.id === plan.imageId) return
  if (there && !(await isBrought(deps.db, { agentId: agent.row.id, imageId: there.id }))) {
    throw new DomainError('image_copy_failed', {
      message: 'Another image was given this name on the agent meanwhile.',
      hint: 'What somebody builds or loads on an agent stays there. Take the name away from it to have the copy.',
    })
  }
  if (!(await holdsLease(deps.db, agent.lease))) throw new DomainError('image_copy_failed')
  await agent.host.tagImage(plan.imageId, reference, signal)
  await addBroughtName(deps.db, { agentId: agent.row.id, imageId: plan.imageId }, reference)
}

type Transfer = Copying & { sourceId: string }

async function transfer(deps: ControllerDeps, agent: ActingAgent, { plan, tell, signal, sourceId }: Transfer): Promise<void> {
  const row = await findAgent(deps.db, sourceId)
  if (!row) throw new DomainError('image_source_away')
  const source = deps.hostOf(row)
  const failed = new AbortController()
  const fail = () => failed.abort(signal.reason)
  signal.addEventListener('abort', fail, { once: true })
  if (signal.aborted) fail()
  const ended = new AbortController()
  // What the source has to say is not the target's fault, and must not be told as if it were.
  const reading = { error: null as unknown }
  try {
    const bytesTotal = await assertFits(agent, source, plan.imageId, failed.signal)
    if (!(await holdsLease(deps.db, agent.lease))) throw new DomainError('image_copy_failed')
    const status = 'Copying from another agent'
    tell({ layers: 0, layersDone: 0, bytes: 0, bytesTotal, status })
    const watching = watchBothEnds(deps, [sourceId, agent.row.id], failed, ended.signal)
    const archive = remembering(source.saveImage(plan.imageId, failed.signal), reading)
    // The archive is a little larger than what is in it.
    const onBytes = (sent: number) => {
      const bytes = Math.min(sent, bytesTotal)
      tell({ layers: 0, layersDone: 0, bytes, bytesTotal, status: sent >= bytesTotal ? 'Unpacking' : status })
    }
    await agent.host.loadImage(archive, onBytes, failed.signal)
    ended.abort()
    await watching
  } catch (error) {
    if (signal.aborted) throw error
    if (failed.signal.aborted) throw failed.signal.reason
    throw asCopyFailure(reading.error ?? error, reading.error !== null)
  } finally {
    ended.abort()
    failed.abort()
    signal.removeEventListener('abort', fail)
  }
}

async function assertFits(agent: ActingAgent, source: ImageHost, imageId: string, signal: AbortSignal): Promise<number> {
  const layers = await source.imageLayers(imageId, signal).catch((error: unknown) => {
    throw asCopyFailure(error, true)
  })
  const disk = diskOf(agent)
  const needBytes = copyNeedBytes(layers, await agent.host.heldLayers(signal))
  if (!fits(needBytes, disk)) throw tooLarge(needBytes, disk)
  return layers.reduce((sum, layer) => sum + layer.sizeBytes, 0)
}

async function* remembering(chunks: AsyncIterable<Uint8Array>, reading: { error: unknown }): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks
  } catch (error) {
    reading.error = error
    throw error
  }
}

/** A cable that was pulled says nothing for minutes; the passes over both agents find it out in seconds. */
async function watchBothEnds(
  deps: ControllerDeps,
  agentIds: string[],
  failed: AbortController,
  ended: AbortSignal,
): Promise<void> {
  while (!ended.aborted && !failed.signal.aborted) {
    const away = await deps.db.agent.count({ where: { id: { in: agentIds }, status: 'unreachable' } }).catch(() => 0)
    if (away > 0)
      failed.abort(
        new DomainError('image_copy_failed', { hint: 'One of the two agents does not answer. It goes on when both do.' }),
      )
    await sleep(lookEveryMs, undefined, { signal: ended }).catch(() => undefined)
  }
}

function asCopyFailure(error: unknown, ofSource: boolean): unknown {
  if (!isDomainError(error) || error.code === 'image_copy_failed' || error.code === 'image_too_large') return error
  const gone = error.code === 'image_missing'
  if (ofSource && gone) return new DomainError('image_source_away', { cause: error })
  if (!ofSource) return error
  return new DomainError('image_copy_failed', { hint: error.message, cause: error })
}
