'use client'
// A live read for a page that has no room for React Query: the launcher, which must be there at once on any line.
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Failure } from '@/lib/domain/failure'
import { getJson } from './get-json'
import type { RequestFailure } from './request-failure'

export type PolledOptions<T> = {
  path: string
  /** What the server already put into the page. */
  initial: T
  as: { parse: (value: unknown) => T }
  /** How long what is shown may stay, judged by what it is. */
  everyMs: (data: T) => number
}

export type Polled<T> = {
  data: T
  /** The last read did not work: what is shown is old. */
  failure: Failure | null
  refresh: () => void
  /** Shows at once what another answer already told. */
  put: (change: (data: T) => T) => void
}

const RETRY_MS = 3_000

export function usePolledJson<T>(options: PolledOptions<T>): Polled<T> {
  const { path, initial } = options
  const [data, setData] = useState(initial)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [turn, setTurn] = useState(0)
  const latest = useRef({ options, data })
  latest.current = { options, data }
  const refresh = useCallback(() => setTurn((before) => before + 1), [])

  useEffect(() => {
    const reading = new AbortController()
    let timer: ReturnType<typeof setTimeout>
    const read = async () => {
      if (document.hidden) return
      const outcome = await attempt(() => getJson(path, { as: latest.current.options.as, signal: reading.signal }))
      if (reading.signal.aborted) return
      if ('data' in outcome) setData(outcome.data)
      setFailure('data' in outcome ? null : outcome.failure)
      wait('data' in outcome ? latest.current.options.everyMs(outcome.data) : RETRY_MS)
    }
    const wait = (ms: number) => {
      clearTimeout(timer)
      timer = setTimeout(() => void read(), ms)
    }
    // A tab nobody looks at asks nothing, and asks at once when somebody does.
    const onVisible = () => !document.hidden && wait(0)
    document.addEventListener('visibilitychange', onVisible)
    wait(turn === 0 ? latest.current.options.everyMs(latest.current.data) : 0)
    return () => {
      reading.abort()
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', onVisible)
    }
  }, [path, turn])

  return { data, failure, refresh, put: setData }
}

async function attempt<T>(read: () => Promise<T>): Promise<{ data: T } | { failure: Failure }> {
  try {
    return { data: await read() }
  } catch (error) {
    return { failure: error as RequestFailure }
  }
}
