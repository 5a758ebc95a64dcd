import { patienceMs } from './patience'

/** Lets at most `limit` of the given works run at once; the others wait in order. One that takes longer than patience goes on uncounted. */
export function newLimiter(limit: number, countedForMs = patienceMs): <T>(run: () => Promise<T>) => Promise<T> {
  let running = 0
  const waiting: (() => void)[] = []
  // The place is handed over, not given back, so that nobody slips in between.
  const leave = () => {
    const next = waiting.shift()
    if (next) next()
    else running--
  }
  return async (run) => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve))
    else running++
    let isCounted = true
    const uncount = () => {
      if (isCounted) leave()
      isCounted = false
    }
    const late = setTimeout(uncount, countedForMs)
    try {
      return await run()
    } finally {
      clearTimeout(late)
      uncount()
    }
  }
}
