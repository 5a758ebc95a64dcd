// The page's program: connects to the desktop, stays connected, and tells the portal what happens.
import { AnswerCheck, lookEveryMs } from './answer-check'
import { ClipboardSync } from './clipboard-sync'
import { ConnectionNotice } from './connection-notice'
import { DesktopStream } from './desktop-stream'
import { type ConnectionState, PortalChannel, type PortalCommand } from './portal-channel'
import { ResizeOwnership } from './resize-ownership'
import { readViewerSettings } from './viewer-settings'

declare global {
  interface Window {
    /** For tests and benchmarks: when the first picture had arrived, on the page's own clock. */
    berth?: { firstFrameAt: number | null; state: ConnectionState | null; resizeOwner: boolean }
  }
}

const settings = readViewerSettings(new URL(window.location.href), window.parent !== window)
const screen = document.getElementById('screen') as HTMLElement
const seen: NonNullable<Window['berth']> = { firstFrameAt: null, state: null, resizeOwner: false }
window.berth = seen

let stream: DesktopStream | null = null
let attempt = 0
let terminated = false
let retryTimer: ReturnType<typeof setTimeout> | undefined

const portal = new PortalChannel(settings.portalOrigin, obey)
const notice = new ConnectionNotice(() => {
  attempt = 0
  connect()
})
const clipboard = new ClipboardSync({
  up: settings.clipboardUp && !settings.viewOnly,
  down: settings.clipboardDown,
  seamless: settings.clipboardSeamless,
  sendToDesktop: (text) => stream?.clipboardPasteFrom(text),
})
const ownership = new ResizeOwnership((owner) => {
  seen.resizeOwner = owner
  if (stream !== null) stream.resizeSession = drivesSize()
  portal.post({ action: 'resize_owner', value: owner })
})
const answers = new AnswerCheck({
  ask: () => stream?.ask() ?? false,
  tell: (value) => portal.post({ action: 'berth_answers', value }),
})

portal.post({ action: 'noVNC_initialized' })
setInterval(() => {
  // A tab that nobody looks at is woken seldom, and nobody would read it.
  if (seen.state === 'connected' && !document.hidden) answers.look(performance.now())
}, lookEveryMs)
window.addEventListener('pagehide', terminate)
// The page around the frame hears nothing of files that are dragged over it.
window.addEventListener('dragenter', (event) => {
  if (carriesFiles(event)) portal.post({ action: 'drag_files' })
})
for (const kind of ['dragover', 'drop'] as const)
  window.addEventListener(kind, (event) => {
    // Else the browser would show the file in the place of the desktop.
    if (carriesFiles(event)) event.preventDefault()
  })
connect()

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false
}

function connect(): void {
  clearTimeout(retryTimer)
  terminated = false
  announce(attempt === 0 ? 'connecting' : 'reconnecting')
  notice.show(attempt === 0 ? 'Connecting…' : 'Connection lost – reconnecting…')
  screen.replaceChildren()
  const next = new DesktopStream(screen, settings.webSocketUrl, { shared: true, wsProtocols: ['binary'] })
  stream = next
  next.background = 'transparent'
  next.viewOnly = settings.viewOnly
  next.scaleViewport = settings.resize !== 'off'
  next.resizeSession = drivesSize()
  next.showDotCursor = settings.showDot
  next.qualityLevel = settings.quality
  next.compressionLevel = settings.compression
  const isFirst = attempt === 0
  next.onFirstFrame = () => pictured(isFirst)
  next.onHeard = () => answers.heard(performance.now())
  next.addEventListener('connect', connected)
  next.addEventListener('disconnect', disconnected)
  next.addEventListener('clipboard', (event) => copied((event as CustomEvent<{ text: string }>).detail.text))
  next.addEventListener('desktopname', (event) => {
    document.title = (event as CustomEvent<{ name: string }>).detail.name
  })
}

function connected(): void {
  attempt = 0
  answers.begin(performance.now())
  announce('connected')
  notice.hide()
  if (!settings.viewOnly) stream?.focus({ preventScroll: true })
}

function disconnected(): void {
  const wasConnected = seen.state === 'connected'
  stream = null
  if (!terminated && settings.reconnect && attempt < settings.reconnectRetries) {
    attempt += 1
    announce('reconnecting')
    notice.show('Connection lost – reconnecting…', { canReconnect: true })
    retryTimer = setTimeout(connect, Math.min(250 * 2 ** (attempt - 1), 5000))
    return
  }
  const reason = terminated ? 'Disconnected' : wasConnected ? 'The connection was lost' : 'The desktop cannot be reached'
  announce('disconnected')
  portal.post({ action: 'disconnectrx', value: reason })
  notice.show(reason, { canReconnect: true })
}

function terminate(): void {
  terminated = true
  clearTimeout(retryTimer)
  if (stream === null) return
  announce('disconnecting')
  stream.disconnect()
}

function pictured(isFirst: boolean): void {
  if (seen.firstFrameAt === null) {
    seen.firstFrameAt = performance.now()
    portal.post({ action: 'first_frame' })
  }
  // The newest tab decides the size; a reconnecting one does not take that back from another. Only now, because a desktop that is given
  // another size sends no picture before it has it.
  if (settings.resize === 'remote' && !settings.viewOnly && isFirst) ownership.take()
}

function copied(text: string): void {
  if (clipboard.fromDesktop(text)) portal.post({ action: 'clipboardrx', value: text })
}

function obey(command: PortalCommand): void {
  if (command.action === 'terminate') terminate()
  else if (command.action === 'clipboardsnd') clipboard.toDesktop(command.value)
  else if (settings.resize === 'remote' && !settings.viewOnly) ownership.take()
}

function drivesSize(): boolean {
  return settings.resize === 'remote' && seen.resizeOwner
}

function announce(state: ConnectionState): void {
  if (seen.state === state) return
  seen.state = state
  portal.post({ action: 'connection_state', value: state })
}
