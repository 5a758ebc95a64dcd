// The ways in which a session's desktop may be reached from the portal. Which one works is found by trying, never assumed.
import type { SeenContainer } from './container-host'
import { desktopPort } from './container-spec'

export type ReachWay = 'bridge' | 'loopback' | 'published'
export type ReachCandidate = { way: ReachWay; host: string; port: number }

export type ReachAgent = { kind: 'socket' | 'tcp'; host: string | null; publishAddress: string | null; reachedBy: string | null }

/**
 * The way that worked last comes first. For an agent over tcp only the published port counts: a bridge address or 127.0.0.1 there is
 * another machine's here, and the credentials would go to whoever has it.
 */
export function reachCandidates(seen: Pick<SeenContainer, 'bridgeAddress' | 'published'>, agent: ReachAgent): ReachCandidate[] {
  const candidates: ReachCandidate[] = []
  const { bridgeAddress, published } = seen
  if (agent.kind === 'socket') {
    if (bridgeAddress) candidates.push({ way: 'bridge', host: bridgeAddress, port: desktopPort })
    if (published && (isUnspecified(published.address) || published.address === '127.0.0.1'))
      candidates.push({ way: 'loopback', host: '127.0.0.1', port: published.port })
  }
  const publishedHost = agent.publishAddress && !isUnspecified(agent.publishAddress) ? agent.publishAddress : agent.host
  if (published && publishedHost && !(agent.kind === 'socket' && publishedHost === '127.0.0.1'))
    candidates.push({ way: 'published', host: publishedHost, port: published.port })
  return candidates.sort((a, b) => Number(b.way === agent.reachedBy) - Number(a.way === agent.reachedBy))
}

function isUnspecified(address: string): boolean {
  return address === '' || address === '0.0.0.0' || address === '::'
}
