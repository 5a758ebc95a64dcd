/** Two runs never start closer together, however many ask. */
const spacingMs = 25

/** Callers during one run share the next one, so that a flood of unknown cookies is at most one query at a time. */
export function coalesced(run: () => Promise<void>, signal: AbortSignal): () => Promise<void> {
  let current: Promise<void> | null = null
  let next: Promise<void> | null = null
  let startedAt = 0
  return function asked() {
    next ??= begin(current)
    return next
  }
  async function begin(before: Promise<void> | null): Promise<void> {
    await before?.catch(() => {})
    const waitMs = startedAt + spacingMs - performance.now()
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
    current = next
    next = null
    if (signal.aborted) return
    startedAt = performance.now()
    try {
      await run()
    } finally {
      current = null
    }
  }
}
