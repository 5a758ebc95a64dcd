// What a try to reach a Docker Engine found.
import type { EngineFacts, PublishedReach } from './container-host'

export type SeenHostKey = { type: string; fingerprint: string }

export type AgentConnectionAnswer =
  /** `desktops`: at which address they will be reached, and whether that works; null where it was not tried, as for a socket. */
  | { ok: true; facts: EngineFacts; desktops: { address: string; reach: PublishedReach } | null }
  /** `hostKey`: what the ssh server shows, where that one was not confirmed. */
  | { ok: false; problem: string; hint: string | null; hostKey: SeenHostKey | null }

/** What an administrator reads of the way to desktops. */
export function desktopsInWords({ address, reach }: { address: string; reach: PublishedReach }): string {
  if (reach === 'reached') return `reached at ${address} and the ports that Docker publishes there`
  if (reach === 'filtered')
    return `not reached: ports that Docker publishes at ${address} do not answer from the portal. Let its firewall pass the portal to them (32768–60999 on most systems)`
  if (reach === 'not_its_address')
    return `not reached: the host itself does not have the address ${address}. Give the one that it has as the address of published ports`
  return `tried at ${address} with the first desktop: there is no image yet to try it with`
}
