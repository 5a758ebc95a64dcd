// Which workspaces may keep sessions ready, where, and what a pool of them needs next. Pure.
import { z } from 'zod'
import { DockerName } from './docker-names'
import type { SessionState, Wanted } from './session-lifecycle'
import type { WorkspaceImageFields } from './workspace-image'

const mostReady = 50
export const mostReadyWords = `At most ${mostReady} ready sessions.`

/** So many on agents of one group, whatever is ready elsewhere. */
export const ReadyByGroup = z
  .array(
    z.strictObject({
      group: DockerName.max(60),
      count: z.int().min(1, 'At least one; remove the line to keep none there.').max(mostReady, mostReadyWords),
    }),
  )
  .max(20, 'At most 20 groups.')

type Counts = Pick<WorkspaceImageFields, 'readySessions' | 'readyByGroup'>

/** `group` null: wherever the workspace may run. */
export type ReadyCount = { group: string | null; count: number }

export function readyCounts({ readySessions, readyByGroup }: Counts): ReadyCount[] {
  return [{ group: null, count: readySessions }, ...readyByGroup].filter(({ count }) => count > 0)
}

export function readyTotal(image: Counts): number {
  return readyCounts(image).reduce((sum, { count }) => sum + count, 0)
}

export type NotReady = { path: (string | number)[]; message: string }

/** Whatever is wrong with the numbers, and why the workspace can have none. */
export function wrongReady(image: Asked & Counts): NotReady[] {
  if (readyTotal(image) === 0) return []
  const groups = image.readyByGroup.map(({ group }) => group)
  const doubled = groups.flatMap((group, index) => (groups.indexOf(group) === index ? [] : [index]))
  return [
    ...whyNotReady(image),
    ...doubled.map((index) => ({ path: ['readyByGroup', index, 'group'], message: 'This group stands twice.' })),
    ...(readyTotal(image) > mostReady
      ? [{ path: ['readyByGroup'], message: `${mostReadyWords} Here are ${readyTotal(image)}.` }]
      : []),
  ]
}

type Asked = Pick<WorkspaceImageFields, 'homePolicy' | 'volumes' | 'requireGpu' | 'gpuCount' | 'readyGpus'>

/** Why no session of it can be ready before anybody owns it, by field. Once it runs, a container can be given neither files nor variables. */
export function whyNotReady(image: Asked): NotReady[] {
  const found: NotReady[] = []
  if (image.homePolicy !== 'none') {
    found.push({
      path: ['homePolicy'],
      message: 'A ready session is nobody’s yet, so it has no home: choose “No home”, or keep none ready.',
    })
  }
  for (const [index, volume] of image.volumes.entries()) {
    if (volume.kind === 'volume' && volume.perUser) {
      const message = 'A ready session is nobody’s yet, so it has no volume of its user: share this one, or keep none ready.'
      found.push({ path: ['volumes', index, 'perUser'], message })
    }
  }
  if (image.requireGpu && image.gpuCount === 0) {
    found.push({ path: ['gpuCount'], message: 'Every GPU of an agent cannot be kept ready: give a number, or keep none ready.' })
  }
  if (image.requireGpu && !image.readyGpus) {
    found.push({
      path: ['readyGpus'],
      message: 'Ready sessions of this workspace hold GPUs that nobody uses: allow it, or keep none ready.',
    })
  }
  return found
}

/** What so many ready sessions hold while nobody uses them. */
export function readyBlocks(
  count: number,
  image: Pick<WorkspaceImageFields, 'cpuMillis' | 'memoryBytes' | 'requireGpu' | 'gpuCount'>,
) {
  return {
    cpuMillis: count * image.cpuMillis,
    memoryBytes: count * image.memoryBytes,
    gpus: image.requireGpu ? count * image.gpuCount : 0,
  }
}

export type ReadyRow = {
  id: string
  state: SessionState
  wanted: Wanted
  createdAt: Date
  endedAt: Date | null
  /** Whoever launches now would get just this, on an agent that takes launches. */
  isCurrent: boolean
}

export type PoolPlan = {
  end: string[]
  /** So many more are to be started. */
  start: number
  /** When the next one may be started, after some that failed. */
  retryAt: Date | null
}

/** Failed ones stay for a look at their logs, so many of them. */
const failedKept = 5
const forgetFailuresMs = 2 * 3_600_000

/** `wanted`: how many are to be ready; 0 where the workspace is switched off or gone. */
export function planPool(rows: readonly ReadyRow[], wanted: number, changedAt: Date, now: Date): PoolPlan {
  const staying = rows.filter((row) => row.wanted !== 'deleted')
  const alive = staying.filter((row) => isAlive(row) && row.isCurrent)
  const failed = staying.filter(isFailed).sort((a, b) => time(b.endedAt) - time(a.endedAt))
  // Those that run longest are kept.
  const kept = [...alive].sort((a, b) => rank(a) - rank(b) || time(a.createdAt) - time(b.createdAt)).slice(0, wanted)
  const lookedAt = wanted > 0 ? failed.slice(0, failedKept) : []
  const end = staying.filter((row) => !kept.includes(row) && !lookedAt.includes(row)).map(({ id }) => id)
  const retryAt = nextTry(failed, changedAt, now)
  return { end, start: retryAt !== null && retryAt > now ? 0 : wanted - kept.length, retryAt }
}

function isAlive({ state, wanted }: ReadyRow): boolean {
  return wanted === 'running' && (state === 'starting' || state === 'running')
}

function isFailed({ state }: ReadyRow): boolean {
  return state === 'failed' || state === 'lost'
}

function rank({ state }: ReadyRow): number {
  return state === 'running' ? 0 : 1
}

/** 30 s, 1, 2, 4, 8, at most 15 minutes after the last that failed; at once when the workspace was changed since. */
function nextTry(failed: readonly ReadyRow[], changedAt: Date, now: Date): Date | null {
  const since = Math.max(time(changedAt), now.getTime() - forgetFailuresMs)
  const times = failed.map(({ endedAt }) => time(endedAt)).filter((at) => at > since && at <= now.getTime())
  const [last] = times
  if (last === undefined) return null
  // What ends together has one cause.
  const causes = times.filter((at, index) => index === 0 || (times[index - 1] ?? 0) - at > 15_000).length
  return new Date(last + Math.min(15 * 60_000, 30_000 * 2 ** (causes - 1)))
}

function time(at: Date | null): number {
  return at?.getTime() ?? 0
}
