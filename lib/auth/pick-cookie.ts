// Which of several cookies of one name is ours. Cookies ignore ports: a page on another port of this host can set one under the name of our sign-in
// cookie beside it, in a partition of its own, and browsers send both.
import type { Keys } from '@/lib/secrets/keys'
import { signInIdOfCookie } from './next-auth-options'

const mostValues = 8

/** Of a Cookie header, each once, in the order in which they came. */
export function cookieValues(header: string | null, name: string): string[] {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim())
  const values = pairs.flatMap((pair) => (pair.startsWith(`${name}=`) ? pair.slice(name.length + 1) : []))
  return [...new Set(values)]
}

/** What we did not make counts for nothing. Of two sign-ins one was put there by somebody else, and nobody can tell which: then neither counts. */
export async function pickSignInCookie(keys: Keys, values: readonly string[]): Promise<string | undefined> {
  if (values.length <= 1) return values[0]
  if (values.length > mostValues) return undefined
  const ours = new Map<string, string>()
  for (const value of values) {
    const id = await signInIdOfCookie(keys, value)
    if (id !== null) ours.set(id, value)
  }
  return ours.size === 1 ? [...ours.values()][0] : undefined
}

/** The cookie that a form's token belongs to; it holds that token and a hash of it. */
export function pickCsrfCookie(values: readonly string[], token: string | undefined): string | undefined {
  const belongs = (value: string) => /^(.*?)(\||%7C)/i.exec(value)?.[1] === token
  return values.find(belongs) ?? values.at(-1)
}

/** Takes away what may stand in a partition under the name of a cookie of ours. */
export function withoutTwin(name: string): string {
  return `${name}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax; Partitioned`
}
