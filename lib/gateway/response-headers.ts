// What goes down to the browser: a short list of the desktop's own headers, and ours. A desktop is a stranger that may send anything.
import { permissionsPolicy } from '@/lib/domain/browser-features'
import type { AnswerHead } from './answer-head'
import { isForwardablePath } from './request-path'

// Cookies, Server, COOP, COEP, CORS, refresh, Link and all else stay behind.
const kept = [
  'content-type',
  'content-length',
  'content-encoding',
  'content-disposition',
  'cache-control',
  'etag',
  'last-modified',
] as const

/** On every answer from a session's origin. Opened in a tab of its own, the desktop must not hold a handle to the portal's window. */
export function ownHeaders(portalOrigin: string): Record<string, string> {
  return {
    'Content-Security-Policy': `frame-ancestors ${portalOrigin}`,
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': permissionsPolicy('(self)'),
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  }
}

export type Downstream = { own: Record<string, string>; mayCache: boolean }

/** Names and values in turn, the form that Node writes without looking each name up again. */
export function downstreamHeaders(upstream: AnswerHead['headers'], { own, mayCache }: Downstream): string[] {
  const headers = flat(own)
  for (const name of kept) {
    const value = upstream.get(name)
    if (value !== undefined && (mayCache || name !== 'cache-control')) headers.push(name, value)
  }
  // Ports are used again by later sessions, whose pages must not come out of an earlier session's cache.
  if (!mayCache) headers.push('cache-control', 'no-store')
  else if (!upstream.has('cache-control')) headers.push('cache-control', 'private, no-cache')
  return headers
}

const flattened = new WeakMap<Record<string, string>, readonly string[]>()

function flat(own: Record<string, string>): string[] {
  const known = flattened.get(own) ?? Object.entries(own).flat()
  flattened.set(own, known)
  return known.slice()
}

/** A redirect is followed only within the desktop, and never to a directory listing. Null: refuse it. */
export function safeLocation(location: string | undefined): string | null {
  if (!location || !URL.canParse(location, 'https://session')) return null
  const url = new URL(location, 'https://session')
  if (url.host !== 'session' || !isForwardablePath(url.pathname)) return null
  return url.pathname
}
