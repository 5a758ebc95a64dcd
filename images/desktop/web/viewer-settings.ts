// What the page's address asks for, in KasmVNC's words. Unknown parameters are none of our business.

export type ResizeMode = 'remote' | 'scale' | 'off'

export type ViewerSettings = {
  webSocketUrl: string
  /** The one origin that may frame this page and talk to it; null means no messages in either direction. */
  portalOrigin: string | null
  resize: ResizeMode
  viewOnly: boolean
  clipboardUp: boolean
  clipboardDown: boolean
  clipboardSeamless: boolean
  reconnect: boolean
  reconnectRetries: number
  showDot: boolean
  quality: number
  compression: number
}

export function readViewerSettings(address: URL, framed: boolean): ViewerSettings {
  // The fragment wins over the query.
  const parameters = new URLSearchParams(address.search)
  for (const [name, value] of new URLSearchParams(address.hash.slice(1))) parameters.set(name, value)
  const text = (name: string) => parameters.get(name) ?? undefined
  return {
    webSocketUrl: webSocketUrl(address, text('path')),
    portalOrigin: framed ? plainOrigin(text('portal')) : null,
    resize: resizeMode(text('resize')),
    viewOnly: flag(text('view_only'), false),
    // Inside a frame the portal decides; opened by hand, the clipboard is simply shared.
    clipboardUp: flag(text('clipboard_up'), !framed),
    clipboardDown: flag(text('clipboard_down'), !framed),
    clipboardSeamless: flag(text('clipboard_seamless'), !framed),
    reconnect: flag(text('reconnect'), true),
    reconnectRetries: whole(text('reconnect_retries'), 60, 10_000),
    showDot: flag(text('show_dot'), true),
    quality: whole(text('quality'), 7, 9),
    compression: whole(text('compression'), 2, 9),
  }
}

/** `path` counts from the root of the host, with or without a leading slash, and never leaves the host. */
function webSocketUrl(address: URL, path = 'websockify'): string {
  const url = new URL(address.origin)
  url.protocol = address.protocol === 'http:' ? 'ws:' : 'wss:'
  const [pathname = '', search = ''] = path.replace(/^\/+/, '').split('?', 2)
  url.pathname = `/${pathname}`
  url.search = search
  return url.href
}

/** An origin and nothing else: `https://host[:port]`. */
function plainOrigin(value: string | undefined): string | null {
  if (value === undefined || !/^https?:\/\//.test(value) || !URL.canParse(value)) return null
  const { origin } = new URL(value)
  return origin === value ? origin : null
}

function resizeMode(value: string | undefined): ResizeMode {
  return value === 'scale' || value === 'off' ? value : 'remote'
}

function flag(value: string | undefined, otherwise: boolean): boolean {
  if (value === undefined) return otherwise
  return !['0', 'false', 'no', 'off'].includes(value.toLowerCase())
}

function whole(value: string | undefined, otherwise: number, max: number): number {
  return value !== undefined && /^\d{1,6}$/.test(value) ? Math.min(Number(value), max) : otherwise
}
