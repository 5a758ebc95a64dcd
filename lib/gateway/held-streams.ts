// Everything open between a browser and a desktop, so that it can be closed when the right to it ends.

export type Held = {
  grantId: string
  sessionId: string
  /** The start of the container that it leads to; null while it waits for one. */
  start: string | null
  kind: 'stream' | 'request'
  close(): void
  /** Of streams: what passed so far. */
  bytes?: { up: number; down: number }
}

export type HeldStreams = {
  /** Returns what forgets it again. */
  hold(held: Held): () => void
  /** Closes what may not stay open any more; returns how many that were. */
  closeUnless(mayStay: (held: Held) => boolean): number
  all(): Iterable<Held>
  count(kind: Held['kind']): number
  /** Settles when none is left, or when the time is over. */
  empty(kind: Held['kind'], withinMs: number): Promise<void>
}

export function holdStreams(): HeldStreams {
  const held = new Set<Held>()
  const counts = { stream: 0, request: 0 }
  const waiting: Record<Held['kind'], Set<() => void>> = { stream: new Set(), request: new Set() }
  return {
    hold(one) {
      held.add(one)
      counts[one.kind]++
      return () => {
        if (!held.delete(one)) return
        counts[one.kind]--
        if (counts[one.kind] === 0) for (const resolve of waiting[one.kind]) resolve()
      }
    },
    closeUnless(mayStay) {
      let closed = 0
      for (const one of held) {
        if (mayStay(one)) continue
        closed++
        one.close()
      }
      return closed
    },
    all: () => held,
    count: (kind) => counts[kind],
    empty: (kind, withinMs) =>
      new Promise((resolve) => {
        if (counts[kind] === 0) return resolve()
        const timer = setTimeout(done, withinMs)
        waiting[kind].add(done)
        function done() {
          clearTimeout(timer)
          waiting[kind].delete(done)
          resolve()
        }
      }),
  }
}
