// Two numbers that belong together in few words: "6 / 16 cores". Unknown is a dash, never a zero.
import { formatBytesOf, formatNumber } from '@/lib/client/format'

type Amount = { held: number | null; total: number | null }

export function coresOf({ held, total }: Amount): string {
  const cores = (millis: number | null) => formatNumber(millis === null ? null : millis / 1000)
  return `${cores(held)} / ${cores(total)} cores`
}

export function bytesOf({ held, total }: Amount): string {
  return formatBytesOf(held, total)
}

export function gpusOf({ held, total }: Amount): string {
  return total === 0 ? 'none' : `${formatNumber(held)} / ${formatNumber(total)}`
}

/** The engine's API tells free space; what is used is the rest. */
export function diskOf(disk: { totalBytes: number | null; freeBytes: number | null }): Amount {
  const known = disk.totalBytes !== null && disk.freeBytes !== null
  return { held: known ? Math.max(0, (disk.totalBytes ?? 0) - (disk.freeBytes ?? 0)) : null, total: disk.totalBytes }
}
