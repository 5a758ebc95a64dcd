// GPUs as they leave the server: facts, holders and numbers put together, for one page at a time.
import { idleBelowPercent, idleSince } from '@/lib/domain/gpu-idle'
import type { GpuHistoryEntry, GpuHolder, GpuTile } from '@/lib/domain/gpu-view'
import type { Tx } from './client'
import type { GpuFacts } from './gpu-facts'
import { gpuKey, lastHour, lastReadings, quietSince, sparkline, type Utilization } from './gpu-readings'

export async function toGpuTiles(tx: Tx, rows: readonly GpuFacts[], now: Date): Promise<GpuTile[]> {
  if (rows.length === 0) return []
  const agentIds = [...new Set(rows.map((row) => row.agentId))]
  const [holders, readings, hours] = await Promise.all([
    holdersOf(
      tx,
      rows.map((row) => row.id),
    ),
    lastReadings(tx, agentIds, now),
    lastHour(tx, rows, now),
  ])
  const idle = await idleTimes(tx, rows, hours, now)
  return rows.map((row) => {
    const { agentId, agentName, agentEnabled, agentDrained, ...rest } = row
    const key = gpuKey(agentId, row.uuid)
    return {
      id: rest.id,
      uuid: rest.uuid,
      index: rest.index,
      kind: rest.kind,
      parentUuid: rest.parentUuid,
      migProfile: rest.migProfile,
      model: rest.model,
      memoryBytes: rest.memoryBytes,
      driverVersion: rest.driverVersion,
      pciAddress: rest.pciAddress,
      computeCapability: rest.computeCapability,
      agent: { id: agentId, name: agentName, enabled: agentEnabled, drained: agentDrained },
      state: rest.state,
      shares: rest.shares,
      excluded: rest.excluded,
      allowBusyOutside: rest.allowBusyOutside,
      busyOutsideSince: rest.busyOutsideSince?.toISOString() ?? null,
      missingSince: rest.missingSince?.toISOString() ?? null,
      holders: holders.get(row.id) ?? [],
      reading: readings.get(key) ?? null,
      idleSince: idle.get(key)?.toISOString() ?? null,
      sparkline: sparkline(hours.get(key) ?? [], now),
    }
  })
}

export async function holdersOf(tx: Tx, gpuIds: string[]): Promise<Map<string, GpuHolder[]>> {
  const rows = await tx.gpuHold.findMany({
    where: { gpuId: { in: gpuIds } },
    select: {
      gpuId: true,
      slot: true,
      since: true,
      session: {
        select: { id: true, imageName: true, endsAt: true, gpuLostAt: true, user: { select: { id: true, name: true } } },
      },
    },
    orderBy: { slot: 'asc' },
  })
  const holders = new Map<string, GpuHolder[]>()
  for (const { gpuId, slot, since, session } of rows) {
    const holder = {
      sessionId: session.id,
      slot,
      owner: session.user,
      imageName: session.imageName,
      since: since.toISOString(),
      endsAt: session.endsAt?.toISOString() ?? null,
      lostAt: session.gpuLostAt?.toISOString() ?? null,
    }
    holders.set(gpuId, [...(holders.get(gpuId) ?? []), holder])
  }
  return holders
}

async function idleTimes(
  tx: Tx,
  rows: readonly GpuFacts[],
  hours: ReadonlyMap<string, Utilization[]>,
  now: Date,
): Promise<Map<string, Date>> {
  const times = new Map<string, Date>()
  const longer: GpuFacts[] = []
  for (const row of rows) {
    const key = gpuKey(row.agentId, row.uuid)
    const hour = hours.get(key) ?? []
    const since = idleSince(hour, row.heldSince, now)
    if (!since) continue
    times.set(key, since)
    const first = hour[0]
    // Idle from the very first minute that was looked at: it may have begun before.
    if (first && row.heldSince && since.getTime() === first.minute.getTime()) longer.push(row)
  }
  const quiet = await quietSince(tx, longer, idleBelowPercent, now)
  for (const row of longer) {
    const since = quiet.get(gpuKey(row.agentId, row.uuid))
    if (since && row.heldSince)
      times.set(gpuKey(row.agentId, row.uuid), new Date(Math.max(since.getTime(), row.heldSince.getTime())))
  }
  return times
}

const historyLength = 50

export async function gpuHistory(tx: Tx, gpuId: string): Promise<GpuHistoryEntry[]> {
  const rows = await tx.gpuUse.findMany({ where: { gpuId }, orderBy: [{ since: 'desc' }, { id: 'desc' }], take: historyLength })
  return rows.map((row) => ({
    sessionId: row.sessionId,
    owner: row.userId === null ? null : { id: row.userId, name: row.userName },
    imageName: row.imageName,
    since: row.since.toISOString(),
    until: row.until?.toISOString() ?? null,
  }))
}
