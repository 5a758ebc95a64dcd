// The life of the stream inside a session page, as a pure table of events: ask for a ticket, load the frame, watch it, and
// come back when it drops. Whoever drives it (use-desktop-connection.ts) does the asking and the waiting.
import type { Failure } from '@/lib/domain/failure'

export type DesktopConnection = {
  phase:
    | 'idle' // The session has no desktop to show.
    | 'ticket' // A ticket is asked for.
    | 'loading' // The frame was given an address.
    | 'loaded' // It shows some page, which has not said yet whether it is the desktop's.
    | 'connecting' // The desktop's page is there and connects.
    | 'connected'
    | 'wavering' // The desktop's own page tries again.
    | 'waiting' // Between two tries of ours.
    | 'refused' // No further try makes sense before somebody does something.
  url: string | null
  /** Counts frames: a new one gets an element of its own, because navigating the old one would fill the browser's history. */
  frame: number
  /** Failed tries in a row. */
  tries: number
  /** It had a picture before: losing it is a drop, not a slow start. */
  wasConnected: boolean
  /** It has not been there for so long that more than "a moment" must be said. */
  isLate: boolean
  /** It is connected, shows its last picture, and does not answer any more. */
  isSilent: boolean
  ownsSize: boolean
  reason: string
  failure: Failure | null
}

export type DesktopConnectionEvent =
  | { type: 'available' }
  | { type: 'unavailable' }
  | { type: 'ticket'; url: string }
  | { type: 'ticketFailed'; failure: Failure }
  | { type: 'loaded' }
  | { type: 'connecting' }
  | { type: 'connected' }
  /** Connected for a while: only this forgets failed tries, or a desktop that comes and goes would be asked for without end. */
  | { type: 'steady' }
  | { type: 'wavering' }
  | { type: 'late' }
  | { type: 'lost'; reason: string }
  | { type: 'again' }
  /** Whether a desktop that is connected answers when it is asked. */
  | { type: 'answers'; value: boolean }
  | { type: 'ownsSize'; value: boolean }

export const idleConnection: DesktopConnection = {
  phase: 'idle',
  url: null,
  frame: 0,
  tries: 0,
  wasConnected: false,
  isLate: false,
  isSilent: false,
  ownsSize: true,
  reason: '',
  failure: null,
}

/** Answers that another try would not change. */
const final = ['forbidden', 'not_found', 'unauthenticated', 'password_change_required', 'invalid_input', 'foreign_origin']

type Handlers = { [T in DesktopConnectionEvent['type']]: (now: DesktopConnection, event: EventOf<T>) => DesktopConnection }
type EventOf<T> = Extract<DesktopConnectionEvent, { type: T }>

const handlers: Handlers = {
  available: (now) => (now.phase === 'idle' ? { ...idleConnection, frame: now.frame, phase: 'ticket' } : now),
  unavailable: (now) => (now.phase === 'idle' ? now : { ...idleConnection, frame: now.frame }),
  ticket: (now, { url }) =>
    now.phase === 'ticket' ? { ...now, phase: 'loading', url, frame: now.frame + 1, failure: null } : now,
  ticketFailed: (now, { failure }) => ticketFailed(now, failure),
  loaded: (now) => (now.phase === 'loading' ? { ...now, phase: 'loaded' } : now),
  connecting: (now) => (now.phase === 'loading' || now.phase === 'loaded' ? { ...now, phase: 'connecting' } : now),
  connected: (now) =>
    framed(now) && now.phase !== 'connected'
      ? { ...now, phase: 'connected', wasConnected: true, isLate: false, reason: '', failure: null }
      : now,
  steady: (now) => (now.phase === 'connected' && now.tries > 0 ? { ...now, tries: 0 } : now),
  wavering: (now) => (now.phase === 'connected' ? { ...now, phase: 'wavering', isSilent: false } : now),
  late: (now) => (isAwaited(now) ? { ...now, isLate: true } : now),
  lost: (now, { reason }) => (framed(now) ? { ...now, phase: 'waiting', tries: now.tries + 1, reason, isSilent: false } : now),
  again: (now) =>
    now.phase === 'idle' || now.phase === 'ticket' ? now : { ...now, phase: 'ticket', failure: null, isSilent: false },
  answers: (now, { value }) => (now.phase === 'connected' && now.isSilent === value ? { ...now, isSilent: !value } : now),
  ownsSize: (now, { value }) => (now.ownsSize === value ? now : { ...now, ownsSize: value }),
}

export function nextConnection(now: DesktopConnection, event: DesktopConnectionEvent): DesktopConnection {
  const handle = handlers[event.type] as (now: DesktopConnection, event: DesktopConnectionEvent) => DesktopConnection
  return handle(now, event)
}

function ticketFailed(now: DesktopConnection, failure: Failure): DesktopConnection {
  if (now.phase !== 'ticket') return now
  const phase = final.includes(failure.code) ? 'refused' : 'waiting'
  return { ...now, phase, tries: now.tries + 1, failure, reason: failure.message }
}

/** Late words of a frame that is no longer shown change nothing. */
function framed({ phase }: DesktopConnection): boolean {
  return phase !== 'idle' && phase !== 'ticket' && phase !== 'waiting' && phase !== 'refused'
}

/** Nobody sees it, but it is meant to come. */
export function isAwaited({ phase }: DesktopConnection): boolean {
  return phase !== 'idle' && phase !== 'connected' && phase !== 'refused'
}

/** At once, then slower: a restarting gateway is back in a second, a broken one should not be hammered. */
export function waitBeforeTryMs(tries: number): number {
  return tries <= 1 ? 150 : Math.min(15_000, 500 * 2 ** (tries - 2))
}
