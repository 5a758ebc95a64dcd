// What wakes the loops of an agent, and what they keep in mind between rounds.
import type { Clock } from '@/lib/domain/clock'

export type Restart = { restart(): void; begin(outer: AbortSignal): AbortSignal }

/** Ends what was last begun, without ending the loop around it. */
export function newRestart(): Restart {
  let current = new AbortController()
  let forget = () => undefined as unknown
  return {
    restart: () => current.abort(),
    begin: (outer) => {
      forget()
      const mine = new AbortController()
      const end = () => mine.abort()
      outer.addEventListener('abort', end, { once: true })
      if (outer.aborted) end()
      forget = () => outer.removeEventListener('abort', end)
      current = mine
      return mine.signal
    },
  }
}

type Due = { ring(): void; take(): boolean }

/** Due at first, when it was rung, and when it was last taken that long ago. */
export function newDue(everyMs: number, { now }: Clock): Due {
  let at = Number.NEGATIVE_INFINITY
  return {
    ring: () => {
      at = Number.NEGATIVE_INFINITY
    },
    take: () => {
      const time = now().getTime()
      // A clock that was put back must not put this off for as long.
      if (time >= at && time - at < everyMs) return false
      at = time
      return true
    },
  }
}

export type Alarm = { ring: () => void; wait(ms: number, signal: AbortSignal): Promise<void> }

export function newAlarm(): Alarm {
  let rung = false
  let wakeUp: (() => void) | null = null
  return {
    ring: () => {
      rung = true
      wakeUp?.()
    },
    wait: (ms, signal) =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', done)
          wakeUp = null
          rung = false
          resolve()
        }
        const timer = setTimeout(done, ms)
        wakeUp = done
        signal.addEventListener('abort', done, { once: true })
        if (rung || signal.aborted) done()
      }),
  }
}
