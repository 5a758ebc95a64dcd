'use client'
// Drives the table in desktop-connection.ts: asks for tickets, waits between tries, listens to the frame.
import { type RefObject, useCallback, useEffect, useReducer, useRef } from 'react'
import { connectSession } from '@/lib/client/connect-session'
import { connectionNews } from './connection-news'
import { type DesktopConnection, idleConnection, isAwaited, nextConnection, waitBeforeTryMs } from './desktop-connection'
import { type DesktopCommand, readDesktopMessage } from './desktop-messages'

/** A frame that shows nothing for this long will not. */
const SILENT_MS = 20_000
/** A page that loaded and says nothing is not the desktop's: most often the browser's own, because the network changed under it. */
const STRANGE_MS = 4_000
/** How long the desktop's own page may try by itself: its ticket may have ended, and only this page gets another. */
const WAVERING_MS = 6_000
const STEADY_MS = 10_000
/** By then a desktop that answers at all has answered: the gateway gives it ten seconds. */
const LATE_MS = 10_000

type Options = {
  sessionId: string
  /** The session has a desktop that this viewer may see, or will have in a moment. */
  available: boolean
  /** It runs, so that its desktop should answer. */
  running: boolean
  /** False while reading the session fails: when that ends, the next try need not wait any longer. */
  portalAnswers: boolean
  onClipboard: (text: string) => void
  /** False: what a desktop says of its clipboard is not taken. */
  takesClipboard: boolean
  /** Files hang over the frame. */
  onFileDrag: () => void
  /** The stream is gone: what became of the session is worth asking. */
  onTrouble: () => void
}

export type UsedDesktopConnection = {
  connection: DesktopConnection
  frame: RefObject<HTMLIFrameElement | null>
  post: (command: DesktopCommand) => void
  reconnect: () => void
  /** The frame shows a page, whichever. */
  loaded: () => void
}

export function useDesktopConnection(options: Options): UsedDesktopConnection {
  const { sessionId, available, portalAnswers } = options
  const [connection, dispatch] = useReducer(nextConnection, idleConnection)
  const { phase, url, tries } = connection
  const frame = useRef<HTMLIFrameElement>(null)
  const latest = useRef({ ...options, phase })
  latest.current = { ...options, phase }

  useEffect(() => dispatch({ type: available ? 'available' : 'unavailable' }), [available])

  useEffect(() => {
    if (portalAnswers && latest.current.phase === 'waiting') dispatch({ type: 'again' })
  }, [portalAnswers])

  useEffect(() => {
    if (phase !== 'ticket') return
    const asking = new AbortController()
    void connectSession(sessionId, asking.signal).then((result) => {
      if (asking.signal.aborted) return
      dispatch(result.ok ? { type: 'ticket', url: result.data.url } : { type: 'ticketFailed', failure: result })
    })
    return () => asking.abort()
  }, [phase, sessionId])

  useEffect(() => {
    if (phase === 'waiting') latest.current.onTrouble()
    return timersOf(phase, tries, dispatch)
  }, [phase, tries])

  const isWaited = options.running && portalAnswers && isAwaited(connection)
  useEffect(() => {
    if (!isWaited) return
    const timer = setTimeout(() => dispatch({ type: 'late' }), LATE_MS)
    return () => clearTimeout(timer)
  }, [isWaited])

  useEffect(() => {
    if (url === null) return
    const { origin } = new URL(url)
    const onMessage = (event: MessageEvent) => {
      const message = readDesktopMessage(event, { origin, window: frame.current?.contentWindow })
      if (message?.action === 'clipboardrx' && latest.current.takesClipboard) latest.current.onClipboard(message.value)
      if (message?.action === 'drag_files') latest.current.onFileDrag()
      const news = message && connectionNews(message)
      if (news) dispatch(news)
    }
    window.addEventListener('message', onMessage)
    return () => window.removeEventListener('message', onMessage)
  }, [url])

  const post = useCallback(
    (command: DesktopCommand) => {
      // To the session's origin alone: whatever else the frame may show by now must not read a clipboard.
      if (url !== null) frame.current?.contentWindow?.postMessage(command, new URL(url).origin)
    },
    [url],
  )
  const reconnect = useCallback(() => dispatch({ type: 'again' }), [])
  const loaded = useCallback(() => dispatch({ type: 'loaded' }), [])
  return { connection, frame, post, reconnect, loaded }
}

type Dispatch = (event: Parameters<typeof nextConnection>[1]) => void

/** What happens by itself in a phase. Answers how to call it off. */
function timersOf(phase: DesktopConnection['phase'], tries: number, dispatch: Dispatch): (() => void) | undefined {
  const after = (ms: number, event: Parameters<Dispatch>[0]) => {
    const timer = setTimeout(() => dispatch(event), ms)
    return () => clearTimeout(timer)
  }
  if (phase === 'loading' || phase === 'connecting')
    return after(SILENT_MS, { type: 'lost', reason: 'The desktop did not answer.' })
  if (phase === 'loaded') return after(STRANGE_MS, { type: 'lost', reason: 'Something else than the desktop answered.' })
  if (phase === 'wavering') return after(WAVERING_MS, { type: 'again' })
  if (phase === 'connected') return after(STEADY_MS, { type: 'steady' })
  if (phase === 'waiting') return tryAgain(waitBeforeTryMs(tries), () => dispatch({ type: 'again' }))
  return undefined
}

/** Once the time is over and somebody looks; at once when the network is back or the tab is looked at again. */
function tryAgain(ms: number, again: () => void): () => void {
  const timer = setTimeout(() => !document.hidden && again(), ms)
  const onVisible = () => !document.hidden && again()
  document.addEventListener('visibilitychange', onVisible)
  window.addEventListener('online', again)
  return () => {
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', onVisible)
    window.removeEventListener('online', again)
  }
}
