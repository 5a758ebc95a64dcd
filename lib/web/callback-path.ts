// Where to go after signing in: a path of the portal, never another site, whatever the address bar was made to say.
import 'server-only'

const own = 'http://portal.invalid'

export function callbackPath(value: string | string[] | undefined): string {
  // A browser reads a backslash as a slash and drops tabs and newlines: "/\evil" and "/<tab>/evil" are other sites.
  if (typeof value !== 'string' || !value.startsWith('/') || /[\\\p{Cc}]/u.test(value) || value.length > 2000) return '/'
  if (!URL.canParse(value, own)) return '/'
  const url = new URL(value, own)
  // Once its dots are resolved, "/..//evil" begins with two slashes: another host.
  if (url.origin !== own || url.pathname.startsWith('//') || /^\/(sign-in|api)(\/|$)/.test(url.pathname)) return '/'
  return `${url.pathname}${url.search}${url.hash}`
}
