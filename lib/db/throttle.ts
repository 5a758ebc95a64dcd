// Slows guessing down, per name and per address, also when guesses arrive all at once: an attempt is counted before it is judged.
// Keys are hashes cut to 16 bits: the table cannot outgrow 3 × 65,536 rows, and what was typed as a name (perhaps a password) is not kept.
import { createHash } from 'node:crypto'
import { DomainError } from '@/lib/domain/errors'
import type { Tx } from './client'

export type ThrottleScope = { kind: 'name' | 'address' | 'host'; value: string }

// An address may be a whole office behind one router.
const freeAttempts = { name: 5, address: 30, host: 30 } as const
/** Short enough that nobody can lock another person out for long. */
const longestSeconds = 60
const forgottenAfterSeconds = 15 * 60

function keyOf({ kind, value }: ThrottleScope): string {
  const bucket = createHash('sha256').update(`${kind}:${value}`).digest('hex').slice(0, 4)
  return `${kind}:${bucket}`
}

/** Throws sign_in_slowed while waiting is asked; otherwise counts this attempt as failed until `forgetAttempts`. */
export async function claimAttempt(tx: Tx, scope: ThrottleScope, now: Date): Promise<void> {
  const key = keyOf(scope)
  const free = freeAttempts[scope.kind]
  const stale = new Date(now.getTime() - forgottenAfterSeconds * 1000)
  const rows = await tx.$queryRaw<{ failures: number }[]>`
    INSERT INTO "SignInThrottle" AS t ("key", "failures", "lastAt") VALUES (${key}, 1, ${now})
    ON CONFLICT ("key") DO UPDATE SET
      "failures" = CASE WHEN t."lastAt" < ${stale} THEN 1 ELSE t."failures" + 1 END,
      "blockedUntil" = CASE WHEN t."lastAt" >= ${stale} AND t."failures" >= ${free}
        THEN ${now}::timestamptz + LEAST(power(2, LEAST(t."failures" - ${free}, 16)), ${longestSeconds}) * interval '1 second' END,
      "lastAt" = ${now}
    WHERE t."blockedUntil" IS NULL OR t."blockedUntil" <= ${now}
    RETURNING "failures"`
  if (rows.length > 0) return
  const row = await tx.signInThrottle.findUnique({ where: { key }, select: { blockedUntil: true } })
  const seconds = Math.max(1, Math.ceil(((row?.blockedUntil ?? now).getTime() - now.getTime()) / 1000))
  throw new DomainError(scope.kind === 'host' ? 'host_slowed' : 'sign_in_slowed', {
    hint: `Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
  })
}

/** The person is who he says: his own failures are forgotten. */
export async function forgetAttempts(tx: Tx, scope: ThrottleScope): Promise<void> {
  await tx.signInThrottle.deleteMany({ where: { key: keyOf(scope) } })
}

/** Only this attempt is taken back: one good password must not clear an address of its other guesses. */
export async function takeBackAttempt(tx: Tx, scope: ThrottleScope): Promise<void> {
  await tx.$executeRaw`
    UPDATE "SignInThrottle" SET "failures" = GREATEST("failures" - 1, 0), "blockedUntil" = NULL WHERE "key" = ${keyOf(scope)}`
}
