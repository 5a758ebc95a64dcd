// Who asks. Every action, route and page begins here; a person whose password someone else chose gets no further than changing it.
import 'server-only'
import { headers } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { cache } from 'react'
import { signInCookieName } from '@/lib/auth/cookies'
import { actorOfApiKey, actorOfCookie } from '@/lib/auth/find-actor'
import { cookieValues, pickSignInCookie } from '@/lib/auth/pick-cookie'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { can, type Permission } from '@/lib/domain/permissions'
import { deps } from './deps'
import { pathHeader } from './path-header'

/** By cookie, once per page. */
export const findActor = cache(async (): Promise<Actor | null> => {
  const values = cookieValues((await headers()).get('cookie'), signInCookieName(deps().config.publicUrl))
  return actorOfCookie(deps(), await pickSignInCookie(deps().keys, values))
})

type Rules = { beforePasswordChange?: boolean }

/** For actions and routes: throws `unauthenticated` or `password_change_required`. */
export async function requireActor(rules: Rules = {}): Promise<Actor> {
  return admitted(await findActor(), rules)
}

/** For the API: a key counts alone; a wrong key never falls back to the cookie beside it. */
export async function requireApiActor(authorization: string | null, rules: Rules = {}): Promise<Actor> {
  if (authorization === null) return requireActor(rules)
  return admitted(await actorOfApiKey(deps(), authorization), rules)
}

function admitted(actor: Actor | null, { beforePasswordChange = false }: Rules): Actor {
  if (!actor) throw new DomainError('unauthenticated')
  if (actor.mustChangePassword && !beforePasswordChange) throw new DomainError('password_change_required')
  return actor
}

/** For pages: sends strangers to the sign-in page and back, and hides what a person may not see. */
export async function requirePageActor(rules: Rules & { permission?: Permission } = {}): Promise<Actor> {
  const actor = await findActor()
  if (!actor) {
    const path = (await headers()).get(pathHeader) ?? '/'
    redirect(path === '/' ? '/sign-in' : `/sign-in?callbackUrl=${encodeURIComponent(path)}`)
  }
  if (actor.mustChangePassword && !rules.beforePasswordChange) redirect('/account/new-password')
  if (rules.permission && !can(actor, rules.permission)) notFound()
  return actor
}
