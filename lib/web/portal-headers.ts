// Headers of everything that the portal's own host answers, set before anything else looks at the request: pages, the API, files of the
// build, redirects and errors alike. Next keeps what stands here, and proxy.ts puts the policy of a page in the place of this one.
import { permissionsPolicy } from '@/lib/domain/browser-features'

const common = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': permissionsPolicy('*'),
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

// No answer of the API is a page, whatever somebody uploaded or named.
const dataPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox"
// Of a file: only what it would do when it is opened by itself.
const filePolicy = "script-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

export function portalHeaders(publicUrl: URL, target: string | undefined): Record<string, string> {
  const isData = /^\/api(\/|\?|$)/.test(target ?? '')
  return {
    ...common,
    'content-security-policy': isData ? dataPolicy : filePolicy,
    ...(publicUrl.protocol === 'https:' ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  }
}
