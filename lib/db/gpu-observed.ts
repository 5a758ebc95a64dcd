// What the controller writes and reads about GPUs: which there are, who holds them, which are lost. Never what an administrator decided.
import type { OutsideChange } from '@/lib/domain/busy-outside'
import type { SeenGpu } from '@/lib/domain/container-host'
import type { DiagnosisInput } from '@/lib/domain/diagnose-gpus'
import type { GpuDiagnosis } from '@/lib/domain/gpu-diagnosis'
import { newId } from '@/lib/domain/ids'
import type { SessionEventCode } from '@/lib/domain/session-events'
import type { Db, Tx } from './client'

/** A GPU that is not seen any more keeps its row: someone may hold it, and it may come back. */
export async function writeGpus(tx: Tx, agentId: string, gpus: readonly SeenGpu[], now: Date): Promise<void> {
  for (const { uuid, ...facts } of gpus) {
    await tx.gpu.upsert({
      where: { agentId_uuid: { agentId, uuid } },
      create: { id: newId(), agentId, uuid, ...facts, seenAt: now },
      update: { ...facts, seenAt: now, missingSince: null },
    })
  }
  const seen = gpus.map((gpu) => gpu.uuid)
  await tx.gpu.updateMany({ where: { agentId, uuid: { notIn: seen }, missingSince: null }, data: { missingSince: now } })
}

export type PresentGpu = {
  id: string
  uuid: string
  kind: 'device' | 'mig'
  migEnabled: boolean
  held: boolean
  busyOutsideSince: Date | null
}

/** Those that are known and not missing. One statement: it is asked with every reading. */
export async function presentGpus(tx: Tx, agentId: string): Promise<PresentGpu[]> {
  return tx.$queryRaw<PresentGpu[]>`
    SELECT g.id, g.uuid, g.kind::text, g."migEnabled", g."busyOutsideSince",
      EXISTS (SELECT 1 FROM "GpuHold" h WHERE h."gpuId" = g.id) AS held
    FROM "Gpu" g WHERE g."agentId" = ${agentId} AND g."missingSince" IS NULL ORDER BY g.index, g.id`
}

/** Returns how many changed. Whoever took the GPU meanwhile has it. */
export async function writeBusyOutside(tx: Tx, { began, ended }: OutsideChange, now: Date): Promise<number> {
  const marked = await tx.gpu.updateMany({
    where: { id: { in: began }, busyOutsideSince: null, holds: { none: {} } },
    data: { busyOutsideSince: now },
  })
  const cleared = await tx.gpu.updateMany({
    where: { id: { in: ended }, busyOutsideSince: { not: null } },
    data: { busyOutsideSince: null },
  })
  return marked.count + cleared.count
}

export type GpuSession = { id: string; containerId: string; gpuLostAt: Date | null; uuids: string[] }

/** Sessions that run with GPUs on this agent. */
export async function loadGpuSessions(tx: Tx, agentId: string): Promise<GpuSession[]> {
  return tx.$queryRaw<GpuSession[]>`
    SELECT s.id, s."containerId", s."gpuLostAt", array_agg(g.uuid ORDER BY g.index, g.id) AS uuids
    FROM "Session" s JOIN "GpuHold" h ON h."sessionId" = s.id JOIN "Gpu" g ON g.id = h."gpuId"
    WHERE s."agentId" = ${agentId} AND s.state = 'running' AND s."containerId" IS NOT NULL
    GROUP BY s.id`
}

/**
 * A fact about one container, and no change of the session: its version stays, so that nobody's click loses against it. False where that
 * container is the session's no more.
 */
export async function writeGpuLoss(db: Db, session: GpuSession, lost: number, now: Date): Promise<boolean> {
  return db.$transaction(async (tx) => {
    const { count } = await tx.session.updateMany({
      where: {
        id: session.id,
        containerId: session.containerId,
        state: 'running',
        gpuLostAt: lost > 0 ? null : { not: null },
      },
      data: { gpuLostAt: lost > 0 ? now : null },
    })
    if (count === 0) return false
    const code: SessionEventCode = lost > 0 ? 'gpu_lost' : 'gpu_back'
    const params = lost > 0 ? { lost, of: session.uuids.length } : {}
    await tx.sessionEvent.create({ data: { sessionId: session.id, at: now, code, params } })
    return true
  })
}

/** What a diagnosis needs beside the look itself. */
export async function loadExpectation(tx: Tx, agentId: string): Promise<Pick<DiagnosisInput, 'known' | 'gpusExpected'>> {
  const agent = await tx.agent.findUniqueOrThrow({
    where: { id: agentId },
    select: {
      gpusExpected: true,
      gpus: {
        select: { uuid: true, index: true, model: true, missingSince: true, excluded: true },
        orderBy: [{ index: 'asc' }, { id: 'asc' }],
      },
    },
  })
  return {
    gpusExpected: agent.gpusExpected,
    known: agent.gpus.map(({ missingSince, ...gpu }) => ({ ...gpu, missing: missingSince !== null })),
  }
}

export async function writeDiagnoses(tx: Tx, agentId: string, diagnoses: GpuDiagnosis[]): Promise<void> {
  await tx.agent.update({ where: { id: agentId }, data: { gpuDiagnoses: diagnoses } })
}
