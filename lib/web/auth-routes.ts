// Sign-in and sign-out over next-auth: three addresses, the same edge rules as everywhere, and our own answers.
import 'server-only'
import { z } from 'zod'
import { isSecure, signInCookieName } from '@/lib/auth/cookies'
import { nextAuthOptions, signInIdOfCookie } from '@/lib/auth/next-auth-options'
import { cookieValues, pickCsrfCookie, pickSignInCookie, withoutTwin } from '@/lib/auth/pick-cookie'
import { DomainError } from '@/lib/domain/errors'
import { signOut } from '@/lib/use-cases/end-sign-in'
import { Credentials, signInPerson } from '@/lib/use-cases/sign-in-person'
import { failureAnswer } from './answers'
import { callNextAuth, type NextAuthAnswer } from './call-next-auth'
import { deps } from './deps'
import { assertOwnOrigin } from './origin'
import { assertPlainInput } from './plain-input'
import { readJson } from './read-body'
import type { Handler } from './route'
import { toFailure } from './to-failure'

const csrfToken = z.string().max(1000)
const SignInBody = Credentials.extend({ csrfToken })
const SignOutBody = z.strictObject({ csrfToken })

export const getAuth: Handler = handled(async (request, path) => {
  if (path !== 'csrf') throw new DomainError('not_found')
  return answerOf(await call(request, 'GET', ['csrf'], {}))
})

export const postAuth: Handler = handled(async (request, path) => {
  assertOwnOrigin(request.headers)
  const body = await readJson(request)
  assertPlainInput(body)
  if (path === 'callback/credentials') return signInAnswer(request, SignInBody.parse(body))
  if (path === 'signout') {
    return answerOf(await call(request, 'POST', ['signout'], { ...SignOutBody.parse(body), json: 'true' }), {})
  }
  throw new DomainError('not_found')
})

function handled(run: (request: Request, path: string) => Promise<Response>): Handler {
  return async function handle(request, context) {
    try {
      return await run(request, [(await context.params).nextauth ?? []].flat().join('/'))
    } catch (error) {
      return failureAnswer(toFailure('sign-in', error))
    }
  }
}

async function signInAnswer(request: Request, body: z.output<typeof SignInBody>): Promise<Response> {
  const name = signInCookieName(deps().config.publicUrl)
  const answer = await call(request, 'POST', ['callback', 'credentials'], { ...body, json: 'true' })
  if (!answer.setCookies.some((cookie) => cookie.startsWith(`${name}=`))) {
    throw new DomainError('malformed_request', {
      message: 'The sign-in form is out of date.',
      hint: 'Reload the page and try again.',
    })
  }
  // What another page put beside it would leave this browser with two sign-ins, of which neither counts.
  const twins = isSecure(deps().config.publicUrl) ? [withoutTwin(name)] : []
  return answerOf({ ...answer, setCookies: [...answer.setCookies, ...twins] }, {})
}

async function call(request: Request, method: 'GET' | 'POST', action: string[], body: Record<string, string>) {
  const { publicUrl } = deps().config
  // next-auth turns what authorize throws into a redirect; the caller wants the reason itself.
  let failure: unknown
  const options = nextAuthOptions({
    publicUrl,
    keys: deps().keys,
    authorize: async (credentials) => {
      try {
        return await signInWith(request, credentials)
      } catch (error) {
        failure = error
        throw error
      }
    },
    signOut: (signInId) => signOut(deps(), signInId),
  })
  // The callback cookie stays out: ours never redirects, and a damaged one would make next-auth fail.
  const [signIn = '', csrf = ''] = [options.cookies?.sessionToken?.name, options.cookies?.csrfToken?.name]
  const names = [signIn, csrf]
  const header = request.headers.get('cookie')
  const picked = {
    [signIn]: await pickSignInCookie(deps().keys, cookieValues(header, signIn)),
    [csrf]: pickCsrfCookie(cookieValues(header, csrf), body.csrfToken),
  }
  const own = Object.entries(picked).flatMap(([name, value]) => (value === undefined ? [] : [[name, decoded(value)] as const]))
  const answer = await callNextAuth({ method, action, body, cookies: Object.fromEntries(own) }, options)
  if (failure !== undefined) throw failure
  return { ...answer, setCookies: answer.setCookies.filter((cookie) => names.includes(cookie.split('=', 1)[0] ?? '')) }
}

async function signInWith(request: Request, credentials: unknown): Promise<string> {
  const { name, password } = z.object(Credentials.shape).parse(credentials)
  const values = cookieValues(request.headers.get('cookie'), signInCookieName(deps().config.publicUrl))
  const cookie = await pickSignInCookie(deps().keys, values)
  const { signInId } = await signInPerson(deps(), {
    name,
    password,
    // One address: the server writes this header before Next sees the request.
    address: request.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() ?? '',
    userAgent: request.headers.get('user-agent') ?? '',
    replaces: await signInIdOfCookie(deps().keys, cookie),
  })
  return signInId
}

/** As it was before it was made fit for a header; what another page set may be no such thing. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

function answerOf(answer: NextAuthAnswer, body: unknown = answer.body): Response {
  const headers = new Headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
  for (const cookie of answer.setCookies) headers.append('set-cookie', cookie)
  return Response.json(body, { status: answer.status >= 300 && answer.status < 400 ? 200 : answer.status, headers })
}
