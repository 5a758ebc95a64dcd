// What the gateway reads: who may enter where, and how each session is reached. And that somebody first saw it.
import type { SessionSpec } from '@/lib/domain/container-spec'
import type { SessionState } from '@/lib/domain/session-lifecycle'
import type { TransferPolicy } from '@/lib/domain/transfer-policy'
import type { Db, Tx } from './client'
import { Prisma } from './generated/client'

/** A right that is alive, with the route of its session. */
export type AdmissionRow = {
  grantId: string
  cookieHash: string
  /** Of the sign-in or API key that the right came from. */
  givenBy: string
  /** When the grant itself ends; it slides while in use. */
  grantExpiresAt: Date
  /** When the grant, its sign-in or its API key ends, whichever is first. */
  expiresAt: Date
  sessionId: string
  state: SessionState
  gatewayPort: number | null
  reachHost: string | null
  reachPort: number | null
  certPin: string | null
  credentialSealed: string | null
  containerStartedAt: string | null
  agentUnreachable: boolean
  /** The viewer page is the portal's own. */
  fitsViewer: boolean
}

/** Everything that can end a right is in its WHERE. */
const living = (now: Date) => Prisma.sql`
    FROM "Grant" g
    JOIN "Session" s ON s.id = g."sessionId"
    JOIN "User" u ON u.id = s."userId"
    LEFT JOIN "Agent" a ON a.id = s."agentId"
    LEFT JOIN "SignIn" si ON si.id = g."signInId"
    LEFT JOIN "ApiKey" ak ON ak.id = g."apiKeyId"
    WHERE g."cookieHash" IS NOT NULL AND g."revokedAt" IS NULL AND g."expiresAt" > ${now}
      AND s.state NOT IN ('deleting', 'deleted') AND s.wanted <> 'deleted' AND u."disabledAt" IS NULL
      AND (
        (si."userId" = s."userId" AND si."endedAt" IS NULL AND si."expiresAt" > ${now})
        OR (ak."userId" = s."userId" AND ak."revokedAt" IS NULL AND (ak."expiresAt" IS NULL OR ak."expiresAt" > ${now}))
      )`

/** `digest` is another text whenever the rows are others. */
export type AdmissionReading = { digest: string; rows: AdmissionRow[] }

/**
 * One query for the whole copy in memory. Null: nothing is different from when it said `knownDigest`, so that a thousand rights that nobody
 * changed cost the reader no more than one.
 */
export async function readAdmissions(tx: Tx, now: Date, knownDigest: string | null): Promise<AdmissionReading | null> {
  const rows = await tx.$queryRaw<(AdmissionRow & { digest: string })[]>`
    WITH r AS MATERIALIZED (
      SELECT g.id AS "grantId", g."cookieHash", COALESCE(g."signInId", g."apiKeyId") AS "givenBy",
        g."expiresAt" AS "grantExpiresAt", LEAST(g."expiresAt", si."expiresAt", ak."expiresAt") AS "expiresAt",
        s.id AS "sessionId", s.state::text AS "state", s."gatewayPort", s."reachHost", s."reachPort", s."certPin",
        s."credentialSealed", s."containerStartedAt", (a."unreachableSince" IS NOT NULL) AS "agentUnreachable",
        s."fitsViewer"
      ${living(now)}
    ), d AS (SELECT COALESCE(md5(string_agg(r::text, '' ORDER BY r."grantId")), '') AS digest FROM r)
    SELECT r.*, d.digest FROM d LEFT JOIN r ON d.digest IS DISTINCT FROM ${knownDigest}::text`
  const digest = rows[0]?.digest ?? ''
  // Without any right the digest stands alone.
  return digest === knownDigest ? null : { digest, rows: rows.filter((row) => row.grantId !== null) }
}

/** Whether any of these cookies gives a right. */
export async function isAnyAdmitted(tx: Tx, now: Date, cookieHashes: readonly string[]): Promise<boolean> {
  const rows = await tx.$queryRaw<object[]>`SELECT g.id ${living(now)} AND g."cookieHash" = ANY(${cookieHashes}) LIMIT 1`
  return rows.length > 0
}

/** As its container was started: what its viewer page is told. */
export async function clipboardPolicyOf(tx: Tx, sessionId: string): Promise<TransferPolicy> {
  const row = await tx.session.findUnique({ where: { id: sessionId }, select: { spec: true } })
  return (row?.spec as SessionSpec | undefined)?.clipboardPolicy ?? 'both'
}

/** Once per session, however many look. */
export async function recordFirstViewer(db: Db, sessionId: string, at: Date): Promise<void> {
  await db.$transaction(async (tx) => {
    const first = await tx.$executeRaw`
      UPDATE "Session" SET "firstViewerAt" = ${at} WHERE id = ${sessionId} AND "firstViewerAt" IS NULL`
    if (first > 0) await tx.sessionEvent.create({ data: { sessionId, at, code: 'first_viewer' } })
  })
}
