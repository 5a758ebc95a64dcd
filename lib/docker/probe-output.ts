// What the probe container prints, and how it is read. `df /` inside a container shows the engine's own filesystem on overlay2.
import type { ProbeResult } from '@/lib/domain/container-host'
import { DomainError } from '@/lib/domain/errors'
import { inventoryScript, parseInventory } from './nvidia-smi-inventory'

const useMark = '--berth-use--'
const mark = '--berth-gpus--'

export const probeScript = [
  'df -kP / | tail -n 1',
  `echo ${useMark}`,
  // A container's /proc/meminfo and /proc/stat are the host's. Processor time is a counter: two readings make a rate.
  "grep -E '^(MemTotal|MemAvailable):' /proc/meminfo",
  'head -n 1 /proc/stat; sleep 1; head -n 1 /proc/stat',
  'grep -c ^processor /proc/cpuinfo',
  `echo ${mark}`,
  inventoryScript,
  'exit 0',
].join('\n')

export function fromProbeOutput(text: string): ProbeResult {
  const [host = '', gpuText = ''] = text.split(mark)
  const [disk = '', useText = ''] = host.split(useMark)
  const columns = /\s(\d+)\s+(\d+)\s+(\d+)\s+\d+%/.exec(disk)
  if (!columns)
    throw new DomainError('container_failed', { message: `The probe’s answer could not be read: ${disk.slice(0, 200)}` })
  const { gpus, cudaVersion, problem } = parseInventory(gpuText)
  return {
    diskTotalBytes: Number(columns[1]) * 1024,
    diskFreeBytes: Number(columns[3]) * 1024,
    use: toUse(useText),
    gpus,
    cudaVersion,
    gpuProblem: problem,
  }
}

function toUse(text: string): ProbeResult['use'] {
  const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? Number.NaN)
  const memoryBytes = (kib('MemTotal') - kib('MemAvailable')) * 1024
  const [before, after] = [...text.matchAll(/^cpu +([\d ]+)$/gm)].map((match) => toTicks(match[1] ?? ''))
  const processors = Number(/^(\d+)$/m.exec(text)?.[1] ?? Number.NaN)
  if (!before || !after) return null
  const share = (after.busy - before.busy) / (after.all - before.all)
  const cpuMillis = Math.round(share * processors * 1000)
  return Number.isFinite(cpuMillis) && Number.isFinite(memoryBytes) ? { cpuMillis, memoryBytes } : null
}

/** proc(5): user nice system idle iowait …; waiting for a disk is not work. */
function toTicks(line: string): { all: number; busy: number } {
  const ticks = line.split(' ').map(Number)
  // Guest time is counted in user time already.
  const all = ticks.slice(0, 8).reduce((sum, value) => sum + value, 0)
  return { all, busy: all - (ticks[3] ?? 0) - (ticks[4] ?? 0) }
}
