// The numbers that one nvidia-smi prints every few seconds, a line for each GPU, and how lines become readings.
import type { GpuReading } from '@/lib/domain/gpu-reading'

const everySeconds = 5
const query = '--query-gpu=count,uuid,utilization.gpu,memory.used,temperature.gpu,power.draw --format=csv,noheader,nounits'

/** For a POSIX shell. One process asks again and again: each start of nvidia-smi would cost more than a minute of asking. */
export const watchScript = [
  `nvidia-smi ${query} -l ${everySeconds}`,
  'code=$?',
  // It ended, perhaps for one GPU that cannot be opened: those that can be are asked by number.
  'good=',
  'for i in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do',
  '  if nvidia-smi -i $i --query-gpu=uuid --format=csv,noheader >/dev/null 2>&1; then good=$good,$i; fi',
  'done',
  `[ -z "$good" ] || exec nvidia-smi -i "$(echo $good | cut -c2-)" ${query} -l ${everySeconds}`,
  'exit $code',
].join('\n')

/** The interval by which a container can be late before it is taken for dead. */
export const watchSilenceMs = 4 * everySeconds * 1000

const MiB = 1024 * 1024

/**
 * Takes line after line and gives back the readings of a round once it is whole. `count` says how many lines belong together; where one GPU
 * is broken there are fewer, and the round ends with the first of the next.
 */
export function newReadingParser(): (line: string) => GpuReading[] | null {
  let round = new Map<string, GpuReading>()
  let isFirst = true
  return (line) => {
    const parsed = toReading(line)
    if (!parsed) return null
    const { count, reading } = parsed
    const cutShort = round.has(reading.uuid) ? [...round.values()] : null
    if (cutShort) round = new Map()
    round.set(reading.uuid, reading)
    if (round.size >= count) {
      const whole = [...round.values()]
      round = new Map()
      isFirst = false
      return whole
    }
    // Whoever begins to listen in the middle of a round has heard only the end of it.
    const heard = isFirst ? null : cutShort
    if (cutShort) isFirst = false
    return heard
  }
}

function toReading(line: string): { count: number; reading: GpuReading } | null {
  const [count = '', uuid = '', utilization, memory, temperature, power] = line.split(',').map((part) => part.trim())
  if (!/^\d+$/.test(count) || !/^GPU-[\w-]+$/.test(uuid)) return null
  const memoryMib = told(memory)
  return {
    count: Number(count),
    reading: {
      uuid,
      utilizationPercent: told(utilization),
      memoryUsedBytes: memoryMib === null ? null : memoryMib * MiB,
      temperatureCelsius: told(temperature),
      powerWatts: told(power),
    },
  }
}

/** "[N/A]" and its kin are not numbers, and not zero. */
function told(value: string | undefined): number | null {
  return value && /^\d+(\.\d+)?$/.test(value) ? Number(value) : null
}

/** What `nvidia-smi -L` in a container of a session says that it sees; null where that says nothing about GPUs. */
export function visibleUuids(text: string, exitCode: number | null): string[] | null {
  const uuids = [...text.matchAll(/\(UUID: ((?:GPU|MIG)-[^)\s]+)\)/g)].map((match) => match[1] ?? '')
  if (exitCode === 0) return uuids
  // Its own words for "not there any more"; anything else, such as a program that is not in the image, leaves it open.
  return /NVML|No devices|NVIDIA driver|device handle|is lost/.test(text) ? uuids : null
}
