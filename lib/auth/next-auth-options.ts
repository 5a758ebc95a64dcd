// next-auth with one credentials provider. Its token carries the id of a SignIn row and nothing else; the row decides.
import type { NextAuthOptions, User } from 'next-auth'
import { decode } from 'next-auth/jwt'
import CredentialsProvider from 'next-auth/providers/credentials'
import { log } from '@/lib/log'
import type { Keys } from '@/lib/secrets/keys'
import { authCookies, isSecure } from './cookies'

// The row ends a sign-in, after 30 days without use. The cookie only has to outlive it: browsers keep none longer than 400 days.
const cookieSeconds = 400 * 86_400

export function tokenSecret(keys: Keys): string {
  return keys.of('sign-in-cookie').toString('base64url')
}

type Calls = {
  publicUrl: URL
  keys: Keys
  /** Checks name and password; answers the id of the new SignIn row or throws. */
  authorize: (credentials: unknown) => Promise<string>
  signOut: (signInId: string) => Promise<void>
}

export function nextAuthOptions({ publicUrl, keys, authorize, signOut }: Calls): NextAuthOptions {
  return {
    secret: tokenSecret(keys),
    providers: [
      CredentialsProvider({
        credentials: { name: {}, password: {} },
        authorize: async (credentials): Promise<User> => ({ id: await authorize(credentials) }),
      }),
    ],
    session: { strategy: 'jwt', maxAge: cookieSeconds },
    jwt: { maxAge: cookieSeconds },
    cookies: authCookies(publicUrl),
    useSecureCookies: isSecure(publicUrl),
    pages: { signIn: '/sign-in', error: '/sign-in', signOut: '/sign-in' },
    callbacks: {
      jwt: ({ token, user }) => ({ sub: user?.id ?? token.sub }) as typeof token,
      // Nothing of ours reads next-auth's session; it must not tell anything either.
      session: () => ({ expires: new Date(0).toISOString() }),
      redirect: () => publicUrl.origin,
    },
    events: {
      signOut: async ({ token }) => {
        if (token?.sub) await signOut(token.sub)
      },
    },
    logger: {
      error: (code) => log().warn({ code }, 'next-auth refused a request'),
      warn: () => {},
      debug: () => {},
    },
  }
}

/** The id of the SignIn row that a cookie stands for; null for anything that we did not make. */
export async function signInIdOfCookie(keys: Keys, value: string | undefined): Promise<string | null> {
  if (!value || value.length > 4096) return null
  try {
    const token = await decode({ token: value, secret: tokenSecret(keys) })
    return token?.sub ?? null
  } catch {
    // Damaged, forged, or made with another secret: all of these mean "not signed in".
    return null
  }
}
