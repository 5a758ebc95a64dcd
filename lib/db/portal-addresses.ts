// Where gateways and controllers come from, told by each of them: hosts let only these to the ports of sessions.
import { networkInterfaces } from 'node:os'
import type { Tx } from './client'

const keptDays = 7
// Addresses of bridges mean something else on every machine.
const bridges = /^(docker|br-|veth|berth|virbr|cni|flannel)/

/** The addresses of this machine that another one could see. */
export function ownAddresses(interfaces = networkInterfaces()): string[] {
  const found = Object.entries(interfaces)
    .filter(([name]) => !bridges.test(name))
    .flatMap(([, entries]) => entries ?? [])
    .filter((entry) => !entry.internal && !/^(fe80:|169\.254\.)/i.test(entry.address))
    .map((entry) => entry.address)
  return [...new Set(found)].sort()
}

export async function notePortalAddresses(tx: Tx, addresses: readonly string[], now: Date): Promise<void> {
  for (const address of addresses)
    await tx.portalAddress.upsert({ where: { address }, create: { address, seenAt: now }, update: { seenAt: now } })
}

/** A gateway that was away for a night must find its way when it comes back. */
export async function readPortalAddresses(tx: Tx, now: Date): Promise<string[]> {
  const since = new Date(now.getTime() - keptDays * 86_400_000)
  const rows = await tx.portalAddress.findMany({ where: { seenAt: { gte: since } }, orderBy: { address: 'asc' }, take: 500 })
  return rows.map((row) => row.address)
}

export async function forgetPortalAddresses(tx: Tx, now: Date): Promise<void> {
  await tx.portalAddress.deleteMany({ where: { seenAt: { lt: new Date(now.getTime() - keptDays * 86_400_000) } } })
}
