// Readings of a few seconds' distance put together into one per minute: what a day of history is made of.
import type { GpuReading } from './gpu-reading'

const minuteMs = 60_000

export type GpuMinute = { minute: Date; values: GpuReading[] }

/** Takes readings in the order of time; gives back a minute when the first reading after it comes. */
export function newGpuMinutes(): (readings: readonly GpuReading[], at: Date) => GpuMinute | null {
  let current = -1
  let gathered: GpuReading[] = []
  return (readings, at) => {
    const minute = Math.floor(at.getTime() / minuteMs)
    const finished =
      current >= 0 && minute !== current ? { minute: new Date(current * minuteMs), values: averages(gathered) } : null
    if (minute !== current) gathered = []
    current = minute
    gathered.push(...readings)
    return finished
  }
}

function averages(readings: readonly GpuReading[]): GpuReading[] {
  const uuids = [...new Set(readings.map((reading) => reading.uuid))]
  return uuids.map((uuid) => {
    const own = readings.filter((reading) => reading.uuid === uuid)
    return {
      uuid,
      utilizationPercent: average(
        own.map((reading) => reading.utilizationPercent),
        1,
      ),
      memoryUsedBytes: average(
        own.map((reading) => reading.memoryUsedBytes),
        0,
      ),
      temperatureCelsius: average(
        own.map((reading) => reading.temperatureCelsius),
        1,
      ),
      powerWatts: average(
        own.map((reading) => reading.powerWatts),
        1,
      ),
    }
  })
}

/** Of what was told; null where nothing was. */
function average(values: readonly (number | null)[], digits: number): number | null {
  const told = values.filter((value) => value !== null)
  if (told.length === 0) return null
  const scale = 10 ** digits
  return Math.round((told.reduce((sum, value) => sum + value, 0) / told.length) * scale) / scale
}
