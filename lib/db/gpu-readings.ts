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

/** The last hour of each, oldest first. Put together in the database: as JSON it would be a megabyte for a page of tiles. */
export async function lastHour(tx: Tx, gpus: readonly OfAgent[], now: Date): Promise<Map<string, Utilization[]>> {
  const rows = await tx.$queryRaw<{ agentId: string; uuid: string; minutes: Date[]; values: (number | null)[] }[]>`
    SELECT s."agentId", v.uuid, array_agg(s.minute ORDER BY s.minute) AS minutes, array_agg(v."utilizationPercent" ORDER BY s.minute) AS values
    FROM "GpuSample" s, LATERAL jsonb_to_recordset(s.values) AS v(uuid text, "utilizationPercent" float8)
    WHERE s."agentId" = ANY(${agentsOf(gpus)}) AND s.minute > ${new Date(now.getTime() - hourMs - staleMs)} AND v.uuid = ANY(${uuidsOf(gpus)})
    GROUP BY s."agentId", v.uuid`
  return new Map(
    rows.map(({ agentId, uuid, minutes, values }) => [
      gpuKey(agentId, uuid),
      minutes.map((minute, index) => ({ minute, utilizationPercent: values[index] ?? null })),
    ]),
  )
}

type OfAgent = { agentId: string; uuid: string }
const agentsOf = (gpus: readonly OfAgent[]) => [...new Set(gpus.map((gpu) => gpu.agentId))]
const uuidsOf = (gpus: readonly OfAgent[]) => [...new Set(gpus.map((gpu) => gpu.uuid))]

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
 * Of GPUs that were idle for the whole last hour: since when at least. One or two agents are looked at as far back as a day, a few
 * for six hours, more not at all, so that a page of idle GPUs is not a wait. Keys as in `gpuKey`.
 */
export async function quietSince(
  tx: Tx,
  gpus: readonly OfAgent[],
  idleBelowPercent: number,
  now: Date,
): Promise<Map<string, Date>> {
  const agentIds = agentsOf(gpus)
  if (agentIds.length === 0 || agentIds.length > 16) return new Map()
  const hours = agentIds.length <= 2 ? 24 : 6
  const rows = await tx.$queryRaw<{ agentId: string; uuid: string; busy: Date | null; oldest: Date }[]>`
    SELECT s."agentId", v.uuid, min(s.minute) AS oldest,
      max(s.minute) FILTER (WHERE v."utilizationPercent" IS NULL OR v."utilizationPercent" >= ${idleBelowPercent}) AS busy
    FROM "GpuSample" s, LATERAL jsonb_to_recordset(s.values) AS v(uuid text, "utilizationPercent" float8)
    WHERE s."agentId" = ANY(${agentIds}) AND s.minute > ${new Date(now.getTime() - hours * hourMs)} AND v.uuid = ANY(${uuidsOf(gpus)})
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
