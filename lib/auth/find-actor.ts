// Who a cookie or an API key stands for, read from the database each time, so that ending either takes effect at once.
import { findLiveApiKey, touchApiKey } from '@/lib/db/api-keys'
import type { Db } from '@/lib/db/client'
import { findLiveSignIn, touchSignIn } from '@/lib/db/sign-ins'
import type { Actor } from '@/lib/domain/actor'
import type { Clock } from '@/lib/domain/clock'
import type { Keys } from '@/lib/secrets/keys'
import { hashToken } from '@/lib/secrets/tokens'
import { signInIdOfCookie } from './next-auth-options'

type AuthDeps = { db: Db; clock: Clock; keys: Keys }

export async function actorOfCookie({ db, clock, keys }: AuthDeps, cookie: string | undefined): Promise<Actor | null> {
  const id = await signInIdOfCookie(keys, cookie)
  if (id === null) return null
  const now = clock.now()
  const signIn = await findLiveSignIn(db, id, now)
  if (!signIn) return null
  await touchSignIn(db, signIn, now)
  return { ...signIn.user, by: { kind: 'signIn', id: signIn.id } }
}

export const apiKeyPattern = /^brt_[A-Za-z0-9_-]{43}$/

/** `authorization`: the header's value. Anything but a live key of ours is nobody. */
export async function actorOfApiKey({ db, clock }: AuthDeps, authorization: string): Promise<Actor | null> {
  const key = /^bearer +(\S+)$/i.exec(authorization)?.[1]
  if (key === undefined || !apiKeyPattern.test(key)) return null
  const now = clock.now()
  const found = await findLiveApiKey(db, hashToken(key), now)
  if (!found) return null
  await touchApiKey(db, found, now)
  return { ...found.user, by: { kind: 'apiKey', id: found.id } }
}
