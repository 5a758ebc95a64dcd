// What a framed desktop may tell this page. A desktop is a stranger: whoever works in it decides what it posts. A message
// counts only from the frame's own window and the session's exact origin, and only in the shapes below.

export type DesktopMessage =
  | { action: 'connection_state'; value: 'connecting' | 'connected' | 'reconnecting' | 'disconnected' }
  | { action: 'clipboardrx'; value: string }
  | { action: 'disconnectrx'; value: string }
  | { action: 'first_frame' }
  | { action: 'drag_files' }
  | { action: 'resize_owner'; value: boolean }
  | { action: 'berth_answers'; value: boolean }
  | { action: 'berth_ticket_needed' }
  | { action: 'berth_unavailable'; value: string }

export type DesktopCommand = { action: 'clipboardsnd'; value: string } | { action: 'take_resize' } | { action: 'terminate' }

type Posted = { data: unknown; origin: string; source: unknown }
type Expected = { origin: string; window: unknown }

/** A desktop could post without end: what is longer than this is cut, as the desktop does with what comes from here. */
const MAX_CLIPBOARD_CHARACTERS = 4 * 1024 * 1024
const MAX_REASON_CHARACTERS = 300

/** KasmVNC's words for a connection, in ours. Unknown ones say nothing. */
const connectionStates: Record<string, Extract<DesktopMessage, { action: 'connection_state' }>['value']> = {
  init: 'connecting',
  connecting: 'connecting',
  connected: 'connected',
  reconnecting: 'reconnecting',
  disconnecting: 'disconnected',
  disconnected: 'disconnected',
}

/** Why the gateway shows a page of its own instead of the desktop, as codes; the words are never the frame's. */
const unavailable: Record<string, string> = {
  agent_unreachable: 'The machine that runs this desktop does not answer at the moment.',
  no_answer: 'The desktop does not answer.',
  wrong_certificate: 'Something else answers at the address of the desktop; the portal looks for it again.',
  closing: 'The portal is being restarted.',
  unknown_rights: 'The portal cannot check rights at the moment.',
}

function unavailableWords(code: string): string {
  return Object.hasOwn(unavailable, code) ? (unavailable[code] ?? '') : 'The desktop is not there at the moment.'
}

export function readDesktopMessage(event: Posted, expected: Expected): DesktopMessage | null {
  if (!expected.window || event.source !== expected.window || event.origin !== expected.origin) return null
  const data = event.data
  if (typeof data !== 'object' || data === null || !('action' in data) || typeof data.action !== 'string') return null
  return readAction(data.action, 'value' in data ? data.value : undefined)
}

function readAction(action: string, value: unknown): DesktopMessage | null {
  switch (action) {
    case 'first_frame':
    case 'drag_files':
    case 'berth_ticket_needed':
      return { action }
    case 'connection_state': {
      const state = typeof value === 'string' && Object.hasOwn(connectionStates, value) ? connectionStates[value] : undefined
      return state ? { action, value: state } : null
    }
    case 'clipboardrx':
      return typeof value === 'string' ? { action, value: value.slice(0, MAX_CLIPBOARD_CHARACTERS) } : null
    case 'disconnectrx':
      // KasmVNC posts a reason only where it knows one.
      return { action, value: typeof value === 'string' ? value.slice(0, MAX_REASON_CHARACTERS) : '' }
    case 'berth_unavailable':
      return typeof value === 'string' ? { action, value: unavailableWords(value) } : null
    case 'resize_owner':
    case 'berth_answers':
      return typeof value === 'boolean' ? { action, value } : null
    default:
      return null
  }
}
