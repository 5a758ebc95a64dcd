// Rights of one browser to one session: born as a ticket, swapped once for a cookie, read by the gateway. Only hashes are stored.
import type { Tx } from './client'
import { Prisma } from './generated/client'
import { notify } from './notify'

export type NewGrant = {
  id: string
  sessionId: string
  by: { kind: 'signIn'; id: string } | { kind: 'apiKey'; id: string }
  ticketHash: string
  ticketExpiresAt: Date
  now: Date
}

/** Also clears away what ended on the same session, so that no clean-up job is needed. */
export async function createGrant(tx: Tx, grant: NewGrant): Promise<void> {
  await tx.grant.deleteMany({ where: { sessionId: grant.sessionId, expiresAt: { lte: grant.now } } })
  await tx.grant.create({
    data: {
      id: grant.id,
      sessionId: grant.sessionId,
      signInId: grant.by.kind === 'signIn' ? grant.by.id : null,
      apiKeyId: grant.by.kind === 'apiKey' ? grant.by.id : null,
      ticketHash: grant.ticketHash,
      ticketExpiresAt: grant.ticketExpiresAt,
      // Never used: gone with the ticket.
      expiresAt: grant.ticketExpiresAt,
      createdAt: grant.now,
    },
  })
}

/** The session is named by its id, or by the port that it has at this moment. */
export type SessionAddress = { kind: 'domain'; sessionId: string } | { kind: 'port'; port: number }

export type Redemption = { address: SessionAddress; ticketHash: string; cookieHash: string; expiresAt: Date; now: Date }
export type RedeemedGrant = { id: string; sessionId: string; signInId: string | null; apiKeyId: string | null }

/** One statement, so that of two browsers with one ticket exactly one gets in. Null: unknown, used, late, revoked, or of another session. */
export async function redeemTicket(tx: Tx, { address, ...redemption }: Redemption): Promise<RedeemedGrant | null> {
  const session =
    address.kind === 'domain' ? Prisma.sql`s.id = ${address.sessionId}` : Prisma.sql`s."gatewayPort" = ${address.port}`
  const rows = await tx.$queryRaw<RedeemedGrant[]>`
    UPDATE "Grant" g
    SET "ticketHash" = NULL, "cookieHash" = ${redemption.cookieHash}, "expiresAt" = ${redemption.expiresAt}
    FROM "Session" s
    WHERE g."ticketHash" = ${redemption.ticketHash} AND g."sessionId" = s.id AND ${session}
      AND g."ticketExpiresAt" > ${redemption.now} AND g."revokedAt" IS NULL
    RETURNING g.id, g."sessionId", g."signInId", g."apiKeyId"`
  return rows[0] ?? null
}

export async function deleteGrant(tx: Tx, id: string): Promise<void> {
  await tx.grant.deleteMany({ where: { id } })
}

/** A desktop in use keeps its right; the sign-in or key behind it still ends it. */
export async function extendGrants(tx: Tx, ids: readonly string[], expiresAt: Date): Promise<void> {
  if (ids.length === 0) return
  await tx.grant.updateMany({ where: { id: { in: [...ids] }, revokedAt: null }, data: { expiresAt } })
  await notify(tx, 'grants', '')
}
