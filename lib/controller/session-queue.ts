// Serves each session by one worker at a time. A nudge for one that is being served interrupts its waiting and has it looked at again.
type Work = { interrupt: AbortController; again: boolean }

export type SessionQueue = {
  nudge(sessionId: string, options?: { interrupt?: boolean }): void
  /** Resolves when the session was looked at after this call. */
  serve(sessionId: string): Promise<void>
  idle(): Promise<void>
}

export function newSessionQueue(drive: (sessionId: string, interrupted: AbortSignal) => Promise<void>): SessionQueue {
  const works = new Map<string, Work & { done: Promise<void> }>()

  async function run(sessionId: string, work: Work): Promise<void> {
    for (;;) {
      await drive(sessionId, work.interrupt.signal)
      if (!work.again) break
      work.again = false
      work.interrupt = new AbortController()
    }
  }

  function serve(sessionId: string, interrupt: boolean): Promise<void> {
    const current = works.get(sessionId)
    if (current) {
      current.again = true
      if (interrupt) current.interrupt.abort()
      return current.done
    }
    const work = { interrupt: new AbortController(), again: false, done: Promise.resolve() }
    works.set(sessionId, work)
    work.done = run(sessionId, work).finally(() => works.delete(sessionId))
    return work.done
  }

  return {
    serve: (sessionId) => serve(sessionId, false),
    nudge: (sessionId, options) => void serve(sessionId, options?.interrupt ?? true),
    idle: async () => {
      while (works.size > 0) await Promise.all([...works.values()].map((work) => work.done))
    },
  }
}
