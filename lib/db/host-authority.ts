// The portal's own authority for hosts: made when it is first needed, its keys encrypted at rest.

import {
  certificateEnd,
  issuePortalCertificate,
  type KeyPair,
  makeAuthority,
  renewAuthority,
} from '@/lib/secrets/host-certificates'
import type { Keys } from '@/lib/secrets/keys'
import { open, seal } from '@/lib/secrets/seal'
import { sealContext } from '@/lib/secrets/seal-contexts'
import type { Db, Tx } from './client'
import { lock } from './locks'
import { notify } from './notify'

/** There is one row. */
const only = 'this'

export type HostAuthority = { ca: KeyPair; portal: KeyPair }

/** Two processes at once make one: the second waits for the first. */
export async function ensureHostAuthority(db: Db, keys: Keys, now: Date): Promise<HostAuthority> {
  const known = await readHostAuthority(db, keys)
  if (known) return known
  return db.$transaction(async (tx) => {
    await lock(tx, 'hostAuthority')
    const meanwhile = await readHostAuthority(tx, keys)
    if (meanwhile) return meanwhile
    const ca = await makeAuthority(now)
    const portal = await issuePortalCertificate(ca, now)
    await tx.hostAuthority.create({
      data: {
        caPem: ca.certPem,
        caKeySealed: seal(keys, sealContext.hostAuthority(only), ca.keyPem),
        certPem: portal.certPem,
        keySealed: seal(keys, sealContext.portalKey(only), portal.keyPem),
        createdAt: now,
        renewedAt: now,
      },
    })
    return { ca, portal }
  })
}

export async function readHostAuthority(tx: Tx, keys: Keys): Promise<HostAuthority | null> {
  const row = await tx.hostAuthority.findUnique({ where: { id: only } })
  if (!row) return null
  return {
    ca: { certPem: row.caPem, keyPem: open(keys, sealContext.hostAuthority(only), row.caKeySealed) },
    portal: { certPem: row.certPem, keyPem: open(keys, sealContext.portalKey(only), row.keySealed) },
  }
}

const isDue = (certPem: string, now: Date, daysBefore: number) =>
  certificateEnd(certPem).getTime() - now.getTime() < daysBefore * 86_400_000

/**
 * The authority gets a later end, with its key. Agents get it at once, for what they are shown was signed by that key; hosts take it along when their
 * certificates are renewed, and go by the former one until then. Returns how many agents got it, or null where nothing was due.
 */
export async function renewHostAuthority(db: Db, keys: Keys, now: Date, daysBefore: number): Promise<number | null> {
  const row = await db.hostAuthority.findUnique({ where: { id: only }, select: { caPem: true } })
  if (!row || !isDue(row.caPem, now, daysBefore)) return null
  return db.$transaction(async (tx) => {
    await lock(tx, 'hostAuthority')
    const authority = await readHostAuthority(tx, keys)
    if (!authority || !isDue(authority.ca.certPem, now, daysBefore)) return null
    const { certPem: caPem } = await renewAuthority(authority.ca, now)
    await tx.hostAuthority.update({ where: { id: only }, data: { caPem } })
    return changeAgents(tx, authority.ca.certPem, () => ({ caPem }))
  })
}

/** By the CA in the row: an agent whose certificates an administrator has replaced by hand keeps those. */
async function changeAgents(
  tx: Tx,
  caPem: string,
  change: (id: string) => { caPem?: string; certPem?: string; keySealed?: string },
): Promise<number> {
  const agents = await tx.agent.findMany({ where: { removedAt: null, kind: 'tcp', caPem }, select: { id: true } })
  for (const { id } of agents) {
    await tx.agent.update({ where: { id }, data: change(id) })
    await notify(tx, 'agents', id)
  }
  return agents.length
}

/**
 * What the portal shows to engines is replaced long before it ends, with a new key; engines need not be told, since they believe the authority.
 * Returns how many agents got it, or null where nothing was due.
 */
export async function renewPortalCertificate(db: Db, keys: Keys, now: Date, daysBefore: number): Promise<number | null> {
  const row = await db.hostAuthority.findUnique({ where: { id: only }, select: { certPem: true } })
  if (!row || !isDue(row.certPem, now, daysBefore)) return null
  return db.$transaction(async (tx) => {
    await lock(tx, 'hostAuthority')
    const authority = await readHostAuthority(tx, keys)
    if (!authority || !isDue(authority.portal.certPem, now, daysBefore)) return null
    const { certPem, keyPem } = await issuePortalCertificate(authority.ca, now)
    await tx.hostAuthority.update({
      where: { id: only },
      data: { certPem, keySealed: seal(keys, sealContext.portalKey(only), keyPem), renewedAt: now },
    })
    return changeAgents(tx, authority.ca.certPem, (id) => ({ certPem, keySealed: seal(keys, sealContext.agentKey(id), keyPem) }))
  })
}
