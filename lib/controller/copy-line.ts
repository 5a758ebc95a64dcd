// How many copies between agents run at once: an archive passes through this process, and its source writes all of it to its disk first.

export const copiesAtOnce = 2

export type CopySlot = { source: string; free(): void }

type Wants = { sources: readonly string[]; isUrgent: () => boolean; signal: AbortSignal }

export type CopyLine = {
  /** Waits for a place and a source that gives to nobody else; those that somebody waits for come first. */
  take(wants: Wants): Promise<CopySlot>
}

export function newCopyLine(): CopyLine {
  const busy = new Set<string>()
  const waiting = new Set<Wants & { start(source: string): void }>()

  function serve(): void {
    const inOrder = [...waiting].sort((a, b) => Number(b.isUrgent()) - Number(a.isUrgent()))
    for (const one of inOrder) {
      if (busy.size >= copiesAtOnce) return
      const source = one.sources.find((candidate) => !busy.has(candidate))
      if (source === undefined) continue
      waiting.delete(one)
      busy.add(source)
      one.start(source)
    }
  }

  return {
    take: (wants) =>
      new Promise((resolve, reject) => {
        const leave = () => {
          waiting.delete(one)
          reject(wants.signal.reason)
        }
        const one = {
          ...wants,
          start: (source: string) => {
            wants.signal.removeEventListener('abort', leave)
            resolve({
              source,
              free: () => {
                busy.delete(source)
                serve()
              },
            })
          },
        }
        if (wants.signal.aborted) return leave()
        wants.signal.addEventListener('abort', leave, { once: true })
        waiting.add(one)
        serve()
      }),
  }
}
