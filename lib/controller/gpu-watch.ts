// Follows the one container of an agent that tells GPU numbers, for as long as this controller acts on it: adopts it, makes it anew when it
// died or does not see every GPU, and takes it away where there is nothing to watch.
import { probeImages } from '@/lib/db/agents-observed'
import { type PresentGpu, presentGpus, writeBusyOutside } from '@/lib/db/gpu-observed'
import { writeLive, writeMinute } from '@/lib/db/gpu-samples'
import { newBusyOutside } from '@/lib/domain/busy-outside'
import { hasCode } from '@/lib/domain/errors'
import { newGpuMinutes } from '@/lib/domain/gpu-minutes'
import type { GpuReading } from '@/lib/domain/gpu-reading'
import { placeNow } from './change-session'
import type { ActingAgent, ControllerDeps } from './controller-deps'

/** How long nothing is tried again after the container ended or could not be made; doubled each time, until numbers come. */
const firstWaitMs = 1_000
const longestWaitMs = 60_000
/** Rung when GPUs were looked for, and when the agent was changed. */
const idleWaitMs = 300_000
/** A GPU that is gone for good must not have its agent's container made anew every few seconds. */
const renewEveryMs = 60_000

type Watching = {
  deps: ControllerDeps
  acting: ActingAgent
  signal: AbortSignal
  /** The list of GPUs is to be looked at anew: a fresh container decides what is missing and what is new. */
  lookAgain(): void
  /** Ends early when there is news, such as GPUs that were just found. */
  wait(ms: number, signal: AbortSignal): Promise<void>
  /** Begins somewhen in this time, so that many agents do not begin at once. */
  firstWithinMs?: number
}

export async function watchGpus(watching: Watching): Promise<void> {
  const { deps, acting, signal, wait } = watching
  const record = newRecorder(watching)
  const renewal: Renewal = { at: Number.NEGATIVE_INFINITY, differing: '', known: '' }
  let pauseMs = firstWaitMs
  let isRemoved = false
  if (watching.firstWithinMs) await wait(watching.firstWithinMs * Math.random(), signal)
  while (!signal.aborted) {
    let next = idleWaitMs
    try {
      if (isWatched(acting, await presentGpus(deps.db, acting.row.id))) {
        isRemoved = false
        next = pauseMs
        pauseMs = Math.min(pauseMs * 2, longestWaitMs)
        await follow(watching, renewal, async (gpus, readings) => {
          pauseMs = firstWaitMs
          next = firstWaitMs
          await record(gpus, readings)
        })
      } else if (!isRemoved) {
        await acting.host.ensureGpuWatchRemoved(signal)
        isRemoved = true
      }
    } catch (error) {
      if (!signal.aborted) deps.log.debug({ err: error, agent: acting.row.name }, 'The GPUs of an agent could not be followed')
    }
    await wait(next, signal)
  }
}

function isWatched({ row }: ActingAgent, gpus: readonly PresentGpu[]): boolean {
  return row.enabled && gpus.length > 0
}

type Recorder = (gpus: readonly PresentGpu[], readings: readonly GpuReading[]) => Promise<void>

/** When it was last made anew for not seeing what is known, what that was, and what was known. */
type Renewal = { at: number; differing: string; known: string }

/** Returns when the container ended, is needed no more, or is to be made anew. */
async function follow(watching: Watching, renewal: Renewal, record: Recorder): Promise<void> {
  const { deps, acting, signal, lookAgain } = watching
  const { isNew } = await ensure(watching)
  for await (const readings of acting.host.followGpuWatch({ fromStart: isNew }, signal)) {
    const gpus = await presentGpus(deps.db, acting.row.id)
    await record(gpus, readings)
    if (!isWatched(acting, gpus)) return
    if (!isRenewalDue(renewal, gpus, readings, deps.clock.now().getTime())) continue
    // It may have gone blind by itself; whether a GPU is really gone, a fresh look says.
    await acting.host.ensureGpuWatchRemoved(signal)
    lookAgain()
    return
  }
  if (signal.aborted) return
  deps.log.info({ agent: acting.row.name }, 'The container that tells GPU numbers ended and is made anew')
  lookAgain()
}

async function ensure({ deps, acting, signal }: Watching): Promise<{ isNew: boolean }> {
  const references = await probeImages(deps.db, acting.row.id)
  let last: unknown = new Error('no image is there to make it from')
  for (const reference of references.slice(0, 3)) {
    try {
      return await acting.host.ensureGpuWatch(reference, signal)
    } catch (error) {
      if (!hasCode(error, 'container_failed', 'image_missing')) throw error
      last = error
    }
  }
  throw last
}

/** Once for each difference between what is known and what is told, and again after a while; anew when what is known has settled otherwise. */
function isRenewalDue(renewal: Renewal, gpus: readonly PresentGpu[], readings: readonly GpuReading[], now: number): boolean {
  // Whole GPUs only: nvidia-smi tells no numbers of slices.
  const known = gpus.filter((gpu) => gpu.kind === 'device').map((gpu) => gpu.uuid)
  const told = readings.map((reading) => reading.uuid)
  const differing = [...known.filter((uuid) => !told.includes(uuid)), ...told.filter((uuid) => !known.includes(uuid))].join()
  if (differing === '') {
    if (known.join() !== renewal.known) renewal.differing = ''
    return false
  }
  if (differing === renewal.differing && now - renewal.at < renewEveryMs) return false
  Object.assign(renewal, { at: now, differing, known: known.join() })
  return true
}

function newRecorder({ deps, acting }: Watching): Recorder {
  const minutes = newGpuMinutes()
  const busyOutside = newBusyOutside()
  return async (gpus, readings) => {
    const now = deps.clock.now()
    await writeLive(deps.db, acting.row.id, readings, now)
    const finished = minutes(readings, now)
    if (finished) await writeMinute(deps.db, acting.row.id, finished)
    const used = new Map(readings.map((reading) => [reading.uuid, reading.memoryUsedBytes]))
    const looks = gpus.map((gpu) => ({ ...gpu, memoryUsedBytes: used.get(gpu.uuid) ?? null }))
    const change = busyOutside(looks, now)
    if (change.began.length + change.ended.length === 0) return
    // What waits for such a GPU may start now, or learns why it waits.
    if ((await writeBusyOutside(deps.db, change, now)) > 0) await placeNow(deps)
  }
}
