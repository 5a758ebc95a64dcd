// Medians and percentiles of small samples.

export function median(values: readonly number[]): number {
  return percentile(values, 50)
}

/** Linear between the two nearest ranks; NaN for no values. */
export function percentile(values: readonly number[], percent: number): number {
  if (values.length === 0) return Number.NaN
  const sorted = [...values].sort((a, b) => a - b)
  const rank = ((sorted.length - 1) * percent) / 100
  const [below, above] = [sorted[Math.floor(rank)] ?? Number.NaN, sorted[Math.ceil(rank)] ?? Number.NaN]
  return below + (above - below) * (rank - Math.floor(rank))
}

export function rounded(value: number): number {
  return Math.round(value * 10) / 10
}
