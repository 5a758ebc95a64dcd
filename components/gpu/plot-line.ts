// From measured values to SVG: where nothing was measured the line has a gap, never a zero.

export type Plot = { width: number; height: number; max: number }
export type PlotPoint = { x: number; value: number | null }

/** The `d` of a path; `x` goes from 0 to 1. A single value between gaps is drawn as a short dash. */
export function plotLine(points: readonly PlotPoint[], { width, height, max }: Plot): string {
  let path = ''
  let inLine = false
  points.forEach((point, index) => {
    if (point.value === null) {
      inLine = false
      return
    }
    const x = round(point.x * width)
    const y = round(height - (Math.min(max, Math.max(0, point.value)) / max) * height)
    if (inLine) path += `L${x} ${y}`
    else {
      path += `M${x} ${y}`
      if ((points[index + 1]?.value ?? null) === null) path += 'h1'
    }
    inLine = true
  })
  return path
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

/** Values of equal distance. */
export function evenly(values: readonly (number | null)[]): PlotPoint[] {
  const last = Math.max(1, values.length - 1)
  return values.map((value, index) => ({ x: index / last, value }))
}

type Sample = { at: string }

/**
 * Samples of a day on an axis from `fromMs` to `toMs`, with a gap put in where some are missing. More than a screen can show are
 * drawn as the highest of each few minutes, so that no peak disappears.
 */
export function overTime<S extends Sample>(
  samples: readonly S[],
  pick: (sample: S) => number | null,
  { fromMs, toMs, steps }: { fromMs: number; toMs: number; steps: number },
): PlotPoint[] {
  const highest = new Array<number | null>(steps).fill(null)
  for (const sample of samples) {
    const step = Math.floor(((Date.parse(sample.at) - fromMs) / (toMs - fromMs)) * steps)
    const value = pick(sample)
    if (step < 0 || step >= steps || value === null) continue
    highest[step] = Math.max(highest[step] ?? 0, value)
  }
  return highest.map((value, step) => ({ x: (step + 0.5) / steps, value }))
}

/** What the line says to somebody who does not see it: the range and the middle of what was measured. */
export function summary(values: readonly (number | null)[]): { low: number; high: number; mean: number } | null {
  const known = values.filter((value) => value !== null)
  if (known.length === 0) return null
  return {
    low: Math.min(...known),
    high: Math.max(...known),
    mean: known.reduce((sum, value) => sum + value, 0) / known.length,
  }
}
