'use client'
// Keeps a page that the server draws up to date: asks for its mark now and then and has it drawn again when that changed.
// Asking first also means that a portal which is away shows as a notice: a refresh without an answer would leave the page.
import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'

export type Freshness = { mark: string; moving: boolean }

type FreshPageOptions = { path: string; drawn: Freshness; movingMs: number; settledMs: number }

const TIMEOUT_MS = 10_000

/** Answers whether what is shown may be old. */
export function useFreshPage({ path, drawn, movingMs, settledMs }: FreshPageOptions): boolean {
  const router = useRouter()
  const [stale, setStale] = useState(false)
  const latest = useRef(drawn)
  latest.current = drawn

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>
    let ended = false
    const wait = (ms: number) => {
      clearTimeout(timer)
      timer = setTimeout(() => void look(), ms)
    }
    const look = async () => {
      // A tab nobody looks at asks nothing, and asks at once when somebody does.
      if (document.hidden) return
      const seen = await read(path)
      if (ended) return
      setStale(seen === null)
      if (seen && seen.mark !== latest.current.mark) router.refresh()
      wait((seen ?? latest.current).moving ? movingMs : settledMs)
    }
    const onVisible = () => !document.hidden && wait(0)
    document.addEventListener('visibilitychange', onVisible)
    wait(latest.current.moving ? movingMs : settledMs)
    return () => {
      ended = true
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', onVisible)
    }
  }, [path, router, movingMs, settledMs])

  return stale
}

async function read(path: string): Promise<Freshness | null> {
  try {
    const response = await fetch(path, { signal: AbortSignal.timeout(TIMEOUT_MS) })
    return response.ok ? ((await response.json()) as Freshness) : null
  } catch {
    return null
  }
}
