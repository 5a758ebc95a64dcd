// Who waits for GPUs, in the queue's order.
import type { SessionSpec } from '@/lib/domain/container-spec'
import type { GpuQueueEntry } from '@/lib/domain/gpu-view'
import type { Tx } from './client'

const longest = 100

export async function readGpuQueue(tx: Tx): Promise<GpuQueueEntry[]> {
  const rows = await tx.session.findMany({
    where: { state: 'queued', wanted: { in: ['running', 'paused'] }, OR: [{ gpuCount: { gt: 0 } }, { needsAllGpus: true }] },
    select: {
      id: true,
      imageName: true,
      queuePosition: true,
      queuedAt: true,
      createdAt: true,
      gpuCount: true,
      needsAllGpus: true,
      spec: true,
      user: { select: { id: true, name: true } },
    },
    orderBy: [{ queuePosition: { sort: 'asc', nulls: 'last' } }, { queuedAt: 'asc' }, { id: 'asc' }],
    take: longest,
  })
  return rows.map((row, index) => {
    const spec = row.spec as Partial<SessionSpec>
    return {
      sessionId: row.id,
      position: row.queuePosition ?? index + 1,
      imageName: row.imageName,
      owner: row.user,
      needs: {
        gpus: row.needsAllGpus ? 'all' : row.gpuCount,
        memoryBytesMin: spec.gpuMemoryBytesMin ?? null,
        modelPattern: spec.gpuModelPattern ?? null,
      },
      since: (row.queuedAt ?? row.createdAt).toISOString(),
      expectedAt: null,
    }
  })
}
