// Names and attributes of the sign-in cookies. Under HTTPS they carry the __Host- prefix, so that no neighbouring host can plant one.
import type { CookieOption, CookiesOptions } from 'next-auth'

export function isSecure(publicUrl: URL): boolean {
  return publicUrl.protocol === 'https:'
}

export function signInCookieName(publicUrl: URL): string {
  return authCookies(publicUrl).sessionToken.name
}

export function authCookies(publicUrl: URL): CookiesOptions {
  const secure = isSecure(publicUrl)
  const cookie = (name: string): CookieOption => ({
    // Cookies ignore ports: the port keeps two portals on one host apart.
    name: `${secure ? '__Host-' : ''}berth-${publicUrl.port || 'portal'}-${name}`,
    // No domain: the exact host only.
    options: { httpOnly: true, sameSite: 'lax', path: '/', secure },
  })
  return {
    sessionToken: cookie('sign-in'),
    callbackUrl: cookie('callback'),
    csrfToken: cookie('csrf'),
    pkceCodeVerifier: cookie('pkce'),
    state: cookie('state'),
    nonce: cookie('nonce'),
  }
}
