// Headers of every page: a policy that runs only scripts carrying this answer's nonce, and the path for server components.
// It protects nothing else: who may see what is decided in each page, action and route.
import { type NextRequest, NextResponse } from 'next/server'
import { config as readConfig } from '@/lib/config'
import { contentSecurityPolicy } from '@/lib/web/content-security-policy'
import { pathHeader } from '@/lib/web/path-header'

export function proxy(request: NextRequest): NextResponse {
  const settings = readConfig()
  const policy = contentSecurityPolicy(settings, crypto.randomUUID().replaceAll('-', ''))
  const headers = new Headers(request.headers)
  // Next reads the nonce out of the policy and puts it on its own scripts.
  headers.set('content-security-policy', policy)
  headers.set(pathHeader, `${request.nextUrl.pathname}${request.nextUrl.search}`)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('content-security-policy', policy)
  response.headers.set('x-content-type-options', 'nosniff')
  response.headers.set('referrer-policy', 'same-origin')
  response.headers.set('x-frame-options', 'DENY')
  response.headers.set('cross-origin-opener-policy', 'same-origin')
  if (settings.publicUrl.protocol === 'https:') response.headers.set('strict-transport-security', 'max-age=31536000')
  return response
}

export const config = {
  // Built files carry their content's hash in the name and hold nothing of anybody.
  matcher: [{ source: '/((?!_next/static|_next/image|icons/|favicon.ico).*)' }],
}
