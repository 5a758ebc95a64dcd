// What a page of the portal may load: itself, and desktops in frames. Used by proxy.ts, outside React's server bundle.
import type { Config } from '@/lib/config'

type Rules = Pick<Config, 'publicUrl' | 'sessionDomain' | 'production'>

export function contentSecurityPolicy(config: Rules, nonce: string): string {
  const directives = {
    'default-src': "'self'",
    'script-src': `'self' 'nonce-${nonce}' 'strict-dynamic'${config.production ? '' : " 'unsafe-eval'"}`,
    'style-src': config.production ? `'self' 'nonce-${nonce}'` : "'self' 'unsafe-inline'",
    // Widths and positions are attributes, which cannot carry a nonce.
    'style-src-attr': "'unsafe-inline'",
    'img-src': "'self' data: blob:",
    'font-src': "'self'",
    'connect-src': "'self'",
    'frame-src': sessionFrames(config),
    'object-src': "'none'",
    'base-uri': "'none'",
    'form-action': "'self'",
    'frame-ancestors': "'none'",
  }
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ')
}

/** Every session's own origin: a host below the session domain, or a port of the portal's host. */
function sessionFrames({ publicUrl, sessionDomain }: Rules): string {
  if (sessionDomain === null) return `https://${publicUrl.hostname}:*`
  return `${publicUrl.protocol}//*.${sessionDomain}${publicUrl.port ? `:${publicUrl.port}` : ''}`
}
