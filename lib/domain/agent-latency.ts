// When an agent counts as slow: by how long it takes to list its containers, over several times, so that one hiccup says nothing, and with
// two thresholds, so that it does not come and go.

export const slowFromMs = 1_500
export const quickBelowMs = 750
const kept = 5
const fewest = 3

export type Latency = { samples: readonly number[]; slow: boolean }

export function noteLatency({ samples, slow }: Latency, ms: number): Latency {
  // A clock that was put back must not count as an answer before the question.
  const next = [...samples, Math.max(0, ms)].slice(-kept)
  if (next.length < fewest) return { samples: next, slow }
  const typical = median(next)
  return { samples: next, slow: slow ? typical >= quickBelowMs : typical > slowFromMs }
}

/** The middle one: what most calls took. */
export function typicalMs({ samples }: Latency): number | null {
  return samples.length === 0 ? null : median(samples)
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
}
