// Several GPUs as one number for a bar that has room for one; what was not measured is left out, never counted as nothing.
import { formatCount } from '@/lib/client/format'
import type { SessionGpu } from '@/lib/domain/gpu-view'

export function meterSummary(gpus: readonly Pick<SessionGpu, 'reading'>[]): { utilizationPercent: number | null; words: string } {
  const known = gpus.map((gpu) => gpu.reading?.utilizationPercent ?? null).filter((value) => value !== null)
  const mean = known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length
  const name = gpus.length === 1 ? 'My GPU' : `My ${formatCount(gpus.length, 'GPU')}`
  return {
    utilizationPercent: mean,
    words:
      mean === null ? `${name}: not measured` : `${name}: ${Math.round(mean)} % in use${gpus.length > 1 ? ' on average' : ''}`,
  }
}
