// GPUs in a few words: what is held wins over what was asked for.
import { formatBytes } from '@/lib/client/format'
import type { GpuDemands } from '@/lib/domain/session'

/** With `countMin`, people choose from that many on. */
export type GpuWish = GpuDemands & { countMin?: number | undefined }

/** "2 × NVIDIA L40S", "Every GPU of one agent", "2 GPUs · H100 · ≥ 40 GiB"; null where none is needed. */
export function gpuWords(
  wanted: number | 'all',
  held: readonly { model: string }[] = [],
  demands: GpuWish | null = null,
): string | null {
  if (held.length > 0) return heldWords(held)
  if (wanted === 0) return null
  const least = demands?.memoryBytesMin ? `≥ ${formatBytes(demands.memoryBytesMin)}` : null
  return [countWords(wanted, demands?.countMin), modelWords(demands?.modelPattern), least].filter(Boolean).join(' · ')
}

/** Stars around a name are for the machine. */
function modelWords(pattern: string | null | undefined): string | null {
  return pattern?.replace(/^\*+|\*+$/g, '').replaceAll('*', ' … ') || null
}

function countWords(wanted: number | 'all', countMin: number | undefined): string {
  if (wanted === 'all') return 'Every GPU of one agent'
  if (countMin !== undefined) return `${countMin} to ${wanted} GPUs`
  return wanted === 1 ? '1 GPU' : `${wanted} GPUs`
}

function heldWords(held: readonly { model: string }[]): string {
  const counts = new Map<string, number>()
  for (const { model } of held) counts.set(model, (counts.get(model) ?? 0) + 1)
  return [...counts].map(([model, count]) => (count === 1 ? model : `${count} × ${model}`)).join(', ')
}
