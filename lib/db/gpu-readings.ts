// Numbers of GPUs: the last ones, and those of each minute of the last hour or day.
import { type GpuReading, GpuReadings } from '@/lib/domain/gpu-reading'
import type { Tx } from './client'

/** Without news for this long, the last numbers say nothing about now. */
const staleMs = 60_000
const hourMs = 3_600_000

export type LastReading = Omit<GpuReading, 'uuid'> & { at: string }
export type Utilization = { minute: Date; utilizationPercent: number | null }

/** A UUID is a name within its agent. */
export const gpuKey = (agentId: string, uuid: string) => `${agentId} ${uuid}`

export async function lastReadings(tx: Tx, agentIds: string[], now: Date): Promise<Map<string, LastReading>> {
  const rows = await tx.gpuLive.findMany({
    where: { agentId: { in: agentIds }, at: { gt: new Date(now.getTime() - staleMs) } },
  })
  return new Map(
    rows.flatMap(({ agentId, at, values }) => {
      const readings = GpuReadings.safeParse(values)
      return (readings.data ?? []).map(({ uuid, ...reading }) => [gpuKey(agentId, uuid), { ...reading, at: at.toISOString() }])
    }),
  )
}

/** The last hour, oldest first. */
export async function lastHour(tx: Tx, agentIds: string[], now: Date): Promise<Map<string, Utilization[]>> {
  const rows = await tx.gpuSample.findMany({
    where: { agentId: { in: agentIds }, minute: { gt: new Date(now.getTime() - hourMs - staleMs) } },
    orderBy: { minute: 'asc' },
  })
  const hours = new Map<string, Utilization[]>()
  for (const { agentId, minute, values } of rows) {
    for (const { uuid, utilizationPercent } of values as GpuReading[]) {
      const key = gpuKey(agentId, uuid)
      const hour = hours.get(key) ?? []
      if (hour.length === 0) hours.set(key, hour)
      hour.push({ minute, utilizationPercent })
    }
  }
  return hours
}

/** Sixty minutes up to the last finished one, with null where nothing was measured; empty where nothing was at all. */
export function sparkline(hour: readonly Utilization[], now: Date): (number | null)[] {
  if (hour.length === 0) return []
  const minuteOf = (time: Date) => Math.floor(time.getTime() / 60_000)
  const last = Math.max(minuteOf(now) - 1, minuteOf((hour.at(-1) as Utilization).minute))
  const values = new Array<number | null>(60).fill(null)
  for (const { minute, utilizationPercent } of hour) {
    const index = 59 - (last - minuteOf(minute))
    if (index >= 0) values[index] = utilizationPercent
  }
  return values
}

/**
 * Of GPUs that were idle for the whole last hour: since when at least. A few agents are looked at as far back as a day, many for four
 * hours, so that a page of idle GPUs is not a wait. Keys as in `gpuKey`.
 */
export async function quietSince(
  tx: Tx,
  gpus: readonly { agentId: string; uuid: string }[],
  idleBelowPercent: number,
  now: Date,
): Promise<Map<string, Date>> {
  if (gpus.length === 0) return new Map()
  const agentIds = [...new Set(gpus.map((gpu) => gpu.agentId))]
  const hours = agentIds.length <= 8 ? 24 : 4
  const uuids = [...new Set(gpus.map((gpu) => gpu.uuid))]
  const rows = await tx.$queryRaw<{ agentId: string; uuid: string; busy: Date | null; oldest: Date }[]>`
    SELECT s."agentId", v.uuid, min(s.minute) AS oldest,
      max(s.minute) FILTER (WHERE v."utilizationPercent" IS NULL OR v."utilizationPercent" >= ${idleBelowPercent}) AS busy
    FROM "GpuSample" s, LATERAL jsonb_to_recordset(s.values) AS v(uuid text, "utilizationPercent" float8)
    WHERE s."agentId" = ANY(${agentIds}) AND s.minute > ${new Date(now.getTime() - hours * hourMs)} AND v.uuid = ANY(${uuids})
    GROUP BY s."agentId", v.uuid`
  return new Map(
    rows.map(({ agentId, uuid, busy, oldest }) => [gpuKey(agentId, uuid), busy ? new Date(busy.getTime() + 60_000) : oldest]),
  )
}

/** Up to a day of one GPU, oldest first. */
export async function dayOf(tx: Tx, { agentId, uuid }: { agentId: string; uuid: string }, now: Date): Promise<LastReading[]> {
  const rows = await tx.$queryRaw<(Omit<GpuReading, 'uuid'> & { minute: Date })[]>`
    SELECT s.minute, v."utilizationPercent", v."memoryUsedBytes", v."temperatureCelsius", v."powerWatts"
    FROM "GpuSample" s, LATERAL jsonb_to_recordset(s.values) AS v(
      uuid text, "utilizationPercent" float8, "memoryUsedBytes" float8, "temperatureCelsius" float8, "powerWatts" float8)
    WHERE s."agentId" = ${agentId} AND s.minute > ${new Date(now.getTime() - 24 * hourMs)} AND v.uuid = ${uuid}
    ORDER BY s.minute`
  return rows.map(({ minute, ...reading }) => ({ at: minute.toISOString(), ...reading }))
}
