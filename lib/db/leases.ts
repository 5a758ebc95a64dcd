// One acting controller per agent: a lease with an epoch. The database's clock decides, because controllers on several machines have several clocks.
import type { Tx } from './client'
import { notify } from './notify'

export type Lease = { agentId: string; holder: string; epoch: number }

/** How long after a controller has died or frozen another one takes over, and how often each of them looks. */
export type LeaseTimes = { lastSeconds: number; renewEveryMs: number }

export const leaseTimes: LeaseTimes = { lastSeconds: 10, renewEveryMs: 3_000 }

/** Takes what is free and renews what is ours, in one statement. A lease that was lost in between comes back with a higher epoch. */
export async function takeLeases(tx: Tx, holder: string, lastSeconds = leaseTimes.lastSeconds): Promise<Lease[]> {
  // In one text: hundreds of rows every few seconds cost more to read than to write.
  const [row] = await tx.$queryRaw<{ leases: string | null }[]>`
    WITH taken AS (UPDATE "Agent" SET
      "leaseEpoch" = CASE WHEN "leaseHolder" = ${holder} AND "leaseUntil" > now() THEN "leaseEpoch" ELSE "leaseEpoch" + 1 END,
      "leaseHolder" = ${holder},
      "leaseUntil" = now() + ${lastSeconds} * interval '1 second'
    WHERE "removedAt" IS NULL AND ("leaseHolder" = ${holder} OR "leaseUntil" IS NULL OR "leaseUntil" < now())
    RETURNING id, "leaseEpoch")
    SELECT string_agg(id || ' ' || "leaseEpoch", ',') AS leases FROM taken`
  return (row?.leases?.split(',') ?? []).map((lease) => {
    const [agentId = '', epoch] = lease.split(' ')
    return { agentId, holder, epoch: Number(epoch) }
  })
}

/** So that the next controller need not wait for them to run out: it hears of it. */
export async function releaseLeases(tx: Tx, holder: string): Promise<void> {
  await tx.$executeRaw`UPDATE "Agent" SET "leaseUntil" = now() WHERE "leaseHolder" = ${holder}`
  await notify(tx, 'agents', '')
}

export async function holdsLease(tx: Tx, lease: Lease): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM "Agent" WHERE id = ${lease.agentId} AND "leaseHolder" = ${lease.holder} AND "leaseEpoch" = ${lease.epoch}
      AND "leaseUntil" > now()`
  return rows.length > 0
}

/** One that ran out while the database was away and that nobody else took is not. */
export async function isTakenOver(tx: Tx, { agentId, holder }: Lease): Promise<boolean> {
  return (await tx.agent.count({ where: { id: agentId, leaseHolder: { not: holder } } })) > 0
}

/** Asked right before each call that changes something on an engine: is the lease still ours, and the row as it was when the step was planned? */
export async function mayAct(tx: Tx, lease: Lease, session: { id: string; version: number }): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM "Session" s JOIN "Agent" a ON a.id = s."agentId"
    WHERE s.id = ${session.id} AND s.version = ${session.version} AND a.id = ${lease.agentId}
      AND a."leaseHolder" = ${lease.holder} AND a."leaseEpoch" = ${lease.epoch} AND a."leaseUntil" > now()`
  return rows.length > 0
}
