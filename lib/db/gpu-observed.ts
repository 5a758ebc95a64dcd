// What the controller writes and reads about GPUs: which there are, who holds them, which are lost. Never what an administrator decided.
import type { SeenGpu } from '@/lib/domain/container-host'
import { newId } from '@/lib/domain/ids'
import type { Tx } from './client'

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

/** Of those that are known and not missing, by this agent. */
export async function presentGpuUuids(tx: Tx, agentId: string): Promise<string[]> {
  const rows = await tx.gpu.findMany({ where: { agentId, missingSince: null }, select: { uuid: true } })
  return rows.map((row) => row.uuid)
}
