// What one user may hold at once: his own limits, else the installation's. Used by every act that would hold more.
import type { Tx } from '@/lib/db/client'
import { readSettings } from '@/lib/db/settings'
import { DomainError } from '@/lib/domain/errors'

export type EffectiveLimits = {
  sessions: number
  cpuMillis: number | null
  memoryBytes: number | null
  gpus: number
  timeLimitSeconds: number | null
}
export type Usage = { sessions: number; cpuMillis: number; memoryBytes: number; gpus: number }

export async function effectiveLimits(tx: Tx, userId: string): Promise<EffectiveLimits> {
  const user = await tx.user.findUniqueOrThrow({
    where: { id: userId },
    select: { maxSessions: true, maxCpuMillis: true, maxMemoryBytes: true, maxGpus: true, timeLimitSeconds: true },
  })
  const settings = await readSettings(tx)
  return {
    sessions: user.maxSessions ?? settings.maxSessionsPerUser,
    cpuMillis: user.maxCpuMillis ?? settings.maxCpuMillisPerUser,
    memoryBytes: user.maxMemoryBytes ?? settings.maxMemoryBytesPerUser,
    gpus: user.maxGpus ?? settings.maxGpusPerUser,
    timeLimitSeconds: user.timeLimitSeconds ?? settings.defaultTimeLimitSeconds,
  }
}

/** Queued and held sessions count; stopped, failed and lost ones hold nothing. */
export async function usageOf(tx: Tx, userId: string): Promise<Usage> {
  const where = {
    userId,
    OR: [{ held: true }, { state: 'queued' as const, wanted: { in: ['running' as const, 'paused' as const] } }],
  }
  const sums = await tx.session.aggregate({ where, _count: true, _sum: { cpuMillis: true, memoryBytes: true } })
  const gpus = await tx.gpuHold.count({ where: { session: { userId } } })
  return { sessions: sums._count, cpuMillis: sums._sum.cpuMillis ?? 0, memoryBytes: sums._sum.memoryBytes ?? 0, gpus }
}

type Wanted = { cpuMillis: number; memoryBytes: number; gpus: number }

/** Throws session_limit or resource_limit. Call it under the placement lock, so that two launches at once cannot both pass. */
export async function assertWithinLimits(
  tx: Tx,
  userId: string,
  wanted: Wanted,
): Promise<{ limits: EffectiveLimits; usage: Usage }> {
  const limits = await effectiveLimits(tx, userId)
  const usage = await usageOf(tx, userId)
  if (usage.sessions + 1 > limits.sessions) {
    throw new DomainError('session_limit', {
      message: `You have ${usage.sessions} sessions; at most ${limits.sessions} are allowed at once.`,
    })
  }
  if (limits.cpuMillis !== null && usage.cpuMillis + wanted.cpuMillis > limits.cpuMillis) {
    throw new DomainError('resource_limit', {
      message: `This needs ${wanted.cpuMillis / 1000} CPUs; you use ${usage.cpuMillis / 1000} of ${limits.cpuMillis / 1000}.`,
    })
  }
  if (limits.memoryBytes !== null && usage.memoryBytes + wanted.memoryBytes > limits.memoryBytes) {
    const gib = (bytes: number) => `${Math.round((bytes / 1024 ** 3) * 10) / 10} GiB`
    throw new DomainError('resource_limit', {
      message: `This needs ${gib(wanted.memoryBytes)} of memory; you use ${gib(usage.memoryBytes)} of ${gib(limits.memoryBytes)}.`,
    })
  }
  // More than the cap at once could never start; less waits in the queue until the user gives some back.
  if (wanted.gpus > limits.gpus) {
    throw new DomainError('resource_limit', {
      message: `This needs ${wanted.gpus} GPUs; you may hold at most ${limits.gpus} at once.`,
    })
  }
  return { limits, usage }
}
