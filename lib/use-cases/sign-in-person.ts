// Name and password for a sign-in. Unknown names, wrong passwords and disabled people get the same answer after the same work.
import { isIPv6 } from 'node:net'
import { z } from 'zod'
import { audit } from '@/lib/db/audit'
import { expiryFrom, forgetOldSignIns } from '@/lib/db/sign-ins'
import { claimAttempt, forgetAttempts, takeBackAttempt } from '@/lib/db/throttle'
import { DomainError } from '@/lib/domain/errors'
import { newId } from '@/lib/domain/ids'
import { log } from '@/lib/log'
import { verifyPassword } from '@/lib/secrets/password'
import type { Deps } from './deps'
import { signOut } from './end-sign-in'

// Not UserName and Password: what could not be a name or a password must fail in no other way than a wrong one.
export const Credentials = z.strictObject({ name: z.string().max(10_000), password: z.string().max(10_000) })

export type SignInAttempt = {
  name: string
  password: string
  address: string
  userAgent: string
  /** The sign-in of the same browser, which this one replaces. */
  replaces: string | null
}

export async function signInPerson(deps: Deps, attempt: SignInAttempt): Promise<{ signInId: string }> {
  const { db, clock } = deps
  const name = attempt.name.trim().toLowerCase()
  const byName = { kind: 'name', value: name } as const
  const byAddress = { kind: 'address', value: network(attempt.address) } as const
  await claimAttempt(db, byAddress, clock.now())
  await claimAttempt(db, byName, clock.now())
  const user = await db.user.findUnique({
    where: { name },
    select: { id: true, name: true, passwordHash: true, disabledAt: true },
  })
  const matches = attempt.password.length <= 256 && (await verifyPassword(user?.passwordHash ?? null, attempt.password))
  if (!(user && matches && user.disabledAt === null)) {
    // No name: people type passwords into the wrong field. The address is what an operator blocks.
    log().info({ address: attempt.address.slice(0, 64) }, 'a sign-in failed')
    throw new DomainError('sign_in_failed')
  }
  const now = clock.now()
  const signInId = newId()
  await db.$transaction(async (tx) => {
    await forgetAttempts(tx, byName)
    await takeBackAttempt(tx, byAddress)
    await forgetOldSignIns(tx, user.id, now)
    const data = { id: signInId, userId: user.id, createdAt: now, lastSeenAt: now, expiresAt: expiryFrom(now) }
    await tx.signIn.create({ data: { ...data, ...describe(attempt) } })
    const actor = { id: user.id, name: user.name, by: { kind: 'signIn', id: signInId } } as const
    await audit(tx, actor, { verb: 'sign-in', thingKind: 'signIn', thingId: signInId })
  })
  if (attempt.replaces !== null) await signOut(deps, attempt.replaces)
  return { signInId }
}

function describe({ userAgent, address }: SignInAttempt): { userAgent: string; address: string } {
  return { userAgent: userAgent.replace(/\p{Cc}/gu, '').slice(0, 256), address: address.slice(0, 64) }
}

/** Whoever has one IPv6 address has 2^64 of them. */
function network(address: string): string {
  return isIPv6(address) ? address.split(':').slice(0, 4).join(':') : address
}
