'use client'
// The files that a page sends into its session: some at once, the rest waits its turn. What was said of each stays until it is put away.
import { useCallback, useEffect, useRef, useState } from 'react'
import { formatBytes } from '@/lib/client/format'
import type { Failure } from '@/lib/domain/failure'
import { sendFile } from './send-file'
import { nextPace, type Pace } from './upload-pace'

const atOnce = 2

export type Upload = {
  id: number
  file: File
  name: string
  replace: boolean
  state: 'waiting' | 'sending' | 'done' | 'failed'
  sentBytes: number
  pace: Pace
  failure: Failure | null
}

export type UsedUploads = {
  uploads: Upload[]
  add: (files: readonly File[]) => void
  /** Ends it where it is under way, and forgets it. */
  remove: (id: number) => void
  again: (id: number, change?: { replace?: boolean; name?: string }) => void
  clear: () => void
}

type Options = {
  sessionId: string
  maxBytes: number
  /** Why nothing can be sent now. */
  ended: Failure | null
  onDone: () => void
}

export function useUploads({ sessionId, maxBytes, ended, onDone }: Options): UsedUploads {
  const [uploads, setUploads] = useState<Upload[]>([])
  const running = useRef(new Map<number, AbortController>())
  const serial = useRef(0)
  const done = useRef(onDone)
  done.current = onDone

  const change = useCallback((id: number, values: Partial<Upload>) => {
    setUploads((all) => all.map((one) => (one.id === id ? { ...one, ...values } : one)))
  }, [])

  const start = useCallback(
    (upload: Upload) => {
      const { id, file, name, replace } = upload
      const cancel = new AbortController()
      running.current.set(id, cancel)
      let pace: Pace = { atMs: Date.now(), bytes: 0, bytesPerMs: null }
      const onSent = (sentBytes: number) => {
        pace = nextPace(pace, sentBytes, Date.now())
        change(id, { sentBytes, pace })
      }
      sendFile({ sessionId, file, name, replace, signal: cancel.signal, onSent })
        .then((failure) => change(id, failure ? { state: 'failed', failure } : { state: 'done', sentBytes: file.size }))
        // Given up, by a click or with its session: whoever did that said so already.
        .catch(() => undefined)
        .finally(() => {
          running.current.delete(id)
          done.current()
        })
    },
    [sessionId, change],
  )

  // Whatever changed, there may be room for the next ones.
  useEffect(() => {
    const free = atOnce - uploads.filter(({ state }) => state === 'sending').length
    const next = uploads.filter(({ state }) => state === 'waiting').slice(0, Math.max(0, free))
    if (ended || next.length === 0) return
    // Another limit may be known by now.
    const failures = new Map(next.map(({ id, file }) => [id, failureOf(file, maxBytes)]))
    setUploads((all) => all.map((one) => (failures.has(one.id) ? { ...one, ...begun(failures.get(one.id) ?? null) } : one)))
    for (const upload of next) if (!failures.get(upload.id)) start(upload)
  }, [uploads, ended, maxBytes, start])

  useEffect(() => {
    if (!ended) return
    for (const cancel of running.current.values()) cancel.abort()
    setUploads((all) =>
      all.map((one) =>
        one.state === 'sending' || one.state === 'waiting' ? { ...one, state: 'failed', failure: ended, sentBytes: 0 } : one,
      ),
    )
  }, [ended])

  useLeaveGuard(uploads.some(({ state }) => state === 'sending' || state === 'waiting'))

  return {
    uploads,
    add: (files) => {
      const fresh = files.map((file) => newUpload(++serial.current, file, maxBytes))
      setUploads((all) => [...all, ...fresh])
    },
    remove: (id) => {
      running.current.get(id)?.abort()
      setUploads((all) => all.filter((one) => one.id !== id))
    },
    again: (id, values = {}) => change(id, { state: 'waiting', failure: null, sentBytes: 0, ...values }),
    clear: () => setUploads((all) => all.filter(({ state }) => state !== 'done')),
  }
}

function failureOf({ size }: File, maxBytes: number): Failure | null {
  // Not known, as from an older process of the portal: then the portal says so when it is sent.
  if (!(size > maxBytes)) return null
  return { code: 'too_large', message: `It is larger than the limit of ${formatBytes(maxBytes)}.` }
}

function begun(failure: Failure | null): Pick<Upload, 'state' | 'failure'> {
  return { state: failure ? 'failed' : 'sending', failure }
}

function newUpload(id: number, file: File, maxBytes: number): Upload {
  const failure = failureOf(file, maxBytes)
  return {
    id,
    file,
    name: file.name,
    replace: false,
    state: failure ? 'failed' : 'waiting',
    sentBytes: 0,
    pace: { atMs: 0, bytes: 0, bytesPerMs: null },
    failure,
  }
}

/** Leaving the page ends what is under way: the browser asks first. */
function useLeaveGuard(isBusy: boolean): void {
  useEffect(() => {
    if (!isBusy) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [isBusy])
}
