// What goes down to the browser: a short list of the desktop's own headers, and ours. A desktop is a stranger that may send anything.
import type { IncomingHttpHeaders } from 'node:http'
import { permissionsPolicy } from '@/lib/domain/browser-features'
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

export function downstreamHeaders(upstream: IncomingHttpHeaders, { own, mayCache }: Downstream): Record<string, string> {
  const headers = { ...own }
  for (const name of kept) {
    const value = upstream[name]
    if (typeof value === 'string') headers[name] = value
  }
  // Ports are used again by later sessions, whose pages must not come out of an earlier session's cache.
  if (!mayCache) headers['cache-control'] = 'no-store'
  else headers['cache-control'] ??= 'private, no-cache'
  return headers
}

/** A redirect is followed only within the desktop, and never to a directory listing. Null: refuse it. */
export function safeLocation(location: string | undefined): string | null {
  if (!location || !URL.canParse(location, 'https://session')) return null
  const url = new URL(location, 'https://session')
  if (url.host !== 'session' || !isForwardablePath(url.pathname)) return null
  return url.pathname
}
