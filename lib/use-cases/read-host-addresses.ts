// What a host's filters need to know: where gateways and controllers come from, and which other hosts its containers must not reach.
import { readPortalAddresses } from '@/lib/db/portal-addresses'
import type { HostSigned } from '@/lib/domain/host-enrolment'
import { toBase64Der } from '@/lib/secrets/host-certificates'
import type { Deps } from './deps'
import { agentOfHost, type HostCaller, signingHost, throttled } from './host-caller'
import { believedCertificates } from './portal-certificate'
import { resolveHosts } from './resolve-hosts'

/**
 * Separated by spaces: what a shell reads without a parser. `trust`: the certificates (DER in base64) by which the host knows the portal from
 * now on; empty: by the authorities that everybody knows.
 */
export type HostAddressesAnswer = { portals: string; agents: string; trust: string }

export async function readHostAddresses(deps: Deps, caller: HostCaller, message: HostSigned): Promise<HostAddressesAnswer> {
  const { db, clock, config } = deps
  return throttled(deps, caller, async () => {
    // Also before it is an agent: the filters stand before the first session comes.
    const row = await signingHost(deps, 'addresses', message)
    if (row.agentId !== null) await agentOfHost(deps, row)
    const now = clock.now()
    await db.hostEnrolment.update({ where: { id: row.id }, data: { heardAt: now } })
    const agents = await db.agent.findMany({
      where: { removedAt: null, kind: 'tcp' },
      select: { host: true, publishAddress: true },
      take: 1000,
    })
    const others = await resolveHosts(agents.flatMap(({ host, publishAddress }) => [host ?? [], publishAddress ?? []].flat()))
    return {
      portals: (await readPortalAddresses(db, now)).join(' '),
      agents: others.filter((address) => !/^(127\.|0\.0\.0\.0$|::1?$)/.test(address)).join(' '),
      trust: (await believedCertificates(config)).map(toBase64Der).join(' '),
    }
  })
}
