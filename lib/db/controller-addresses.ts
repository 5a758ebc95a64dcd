// Where each controller takes files for sessions, beside its leases: the one that acts on an agent is found by the lease's holder.
import type { Tx } from './client'

const keptDays = 7

export async function noteControllerAddress(tx: Tx, holder: string, address: string, now: Date): Promise<void> {
  await tx.controllerAddress.upsert({
    where: { holder },
    create: { holder, address, seenAt: now },
    update: { address, seenAt: now },
  })
  await tx.controllerAddress.deleteMany({ where: { seenAt: { lt: new Date(now.getTime() - keptDays * 86_400_000) } } })
}

export async function forgetControllerAddress(tx: Tx, holder: string): Promise<void> {
  await tx.controllerAddress.deleteMany({ where: { holder } })
}

export type ActingController = { address: string | null }

/** Null: no controller acts on the agent now. No address: it takes no files, being of an earlier version. */
export async function findActingController(tx: Tx, agentId: string): Promise<ActingController | null> {
  const [row] = await tx.$queryRaw<ActingController[]>`
    SELECT c.address FROM "Agent" a LEFT JOIN "ControllerAddress" c ON c.holder = a."leaseHolder"
    WHERE a.id = ${agentId} AND a."leaseUntil" > now()`
  return row ?? null
}
