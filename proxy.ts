// The policy of every page, which runs only scripts carrying this answer's nonce, and the path for server components. The other headers
// are server.ts's, because some answers never come by here.
// Strangers are sent to the sign-in page here, before anything is rendered, but this protects nothing: who may see what is
// decided in each page, action and route.
import { type NextRequest, NextResponse } from 'next/server'
import { signInCookieName } from '@/lib/auth/cookies'
import { config as readConfig } from '@/lib/config'
import { assertActionRequest, refusal } from '@/lib/web/action-request'
import { contentSecurityPolicy } from '@/lib/web/content-security-policy'
import { pathHeader } from '@/lib/web/path-header'

export async function proxy(request: NextRequest): Promise<Response> {
  const settings = readConfig()
  const path = `${request.nextUrl.pathname}${request.nextUrl.search}`
  if (isStranger(request, signInCookieName(settings.publicUrl))) return toSignIn(request, path)
  const isPage = !/^\/api(\/|$)/.test(request.nextUrl.pathname)
  if (isPage && !['GET', 'HEAD'].includes(request.method)) {
    const refused = await assertActionRequest(request, settings.publicUrl.origin).then(() => null, refusal)
    if (refused) return refused
  }
  // The API's answers keep the policy that the server gave them, which is for no page.
  if (!isPage) return NextResponse.next({ request: { headers: withPath(request, path) } })
  const policy = contentSecurityPolicy(settings, crypto.randomUUID().replaceAll('-', ''))
  const headers = withPath(request, path)
  // Next reads the nonce out of the policy and puts it on its own scripts.
  headers.set('content-security-policy', policy)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('content-security-policy', policy)
  return response
}

function withPath(request: NextRequest, path: string): Headers {
  const headers = new Headers(request.headers)
  headers.set(pathHeader, path)
  return headers
}

function isStranger(request: NextRequest, cookieName: string): boolean {
  const opensPage = request.method === 'GET' && !/^\/(sign-in|api|_next)(\/|$)/.test(request.nextUrl.pathname)
  return opensPage && !request.cookies.has(cookieName)
}

function toSignIn(request: NextRequest, path: string): NextResponse {
  const target = new URL('/sign-in', request.url)
  if (path !== '/') target.searchParams.set('callbackUrl', path)
  return NextResponse.redirect(target, 307)
}

export const config = {
  // Files of the build and of public/ hold nothing of anybody. What comes by here with a body is held in memory, and cut off after 10 MB:
  // files of sessions go past it, with headers of their own.
  matcher: [{ source: '/((?!_next/static|_next/image|icons/|favicon\\.|logo\\.|api/v1/sessions/[^/]+/files/).*)' }],
}
