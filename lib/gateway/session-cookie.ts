// The cookie that a ticket is swapped for: a random id, bound to one host by its `__Host-` prefix.
// Measured in Chromium, frame on another site than the page around it: only SameSite=None with Partitioned is kept and sent.
import type { SessionAddress } from '@/lib/db/grants'

const attributes = 'Path=/; Secure; HttpOnly; SameSite=None; Partitioned'
const token = /^[A-Za-z0-9_-]{43}$/
const prefix = '__Host-berth'
/** Cookie jars of programs (unlike browsers) keep Secure cookies off plain HTTP even for *.localhost. Strict: no frame ever sends it. */
const plainName = 'berth'

/** Cookies ignore ports, so where sessions differ by port alone the name says whose it is. */
export function setCookieHeaders(address: SessionAddress, sessionId: string, value: string, isPlainHttp: boolean): string[] {
  if (address.kind === 'port') return [`${prefix}-${sessionId}=${value}; ${attributes}`]
  const cookie = `${prefix}=${value}; ${attributes}`
  return isPlainHttp ? [cookie, `${plainName}=${value}; Path=/; HttpOnly; SameSite=Strict`] : [cookie]
}

export type CookieCandidate = { value: string; sessionId: string | null }

/** Cookies that could be ours, at most a few of one name. In port mode those of all sessions of this browser come along. */
export function readCandidates(
  cookieHeader: string | undefined,
  address: SessionAddress,
  isPlainHttp: boolean,
): CookieCandidate[] {
  if (!cookieHeader) return []
  const found: CookieCandidate[] = []
  for (const part of cookieHeader.split(';')) {
    const equals = part.indexOf('=')
    const name = part.slice(0, equals).trim()
    const value = part.slice(equals + 1).trim()
    if (equals < 1 || !token.test(value) || found.length >= 64) continue
    const sessionId = sessionOfCookie(name, address, isPlainHttp)
    if (sessionId !== undefined) found.push({ value, sessionId })
  }
  return found
}

/** Undefined: not ours. Null: the name does not say. */
function sessionOfCookie(name: string, address: SessionAddress, isPlainHttp: boolean): string | null | undefined {
  if (address.kind === 'port') return name.startsWith(`${prefix}-`) ? name.slice(prefix.length + 1) : undefined
  return name === prefix || (isPlainHttp && name === plainName) ? null : undefined
}
