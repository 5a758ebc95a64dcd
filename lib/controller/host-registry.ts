// One connection object per agent, made anew when what an administrator said about the connection changes.
import { type AgentRow, connectionFingerprint, toConnection } from '@/lib/db/agents-observed'
import type { ContainerHost, OpenHost } from '@/lib/domain/container-host'
import type { Keys } from '@/lib/secrets/keys'

export function newHostRegistry(openHost: OpenHost, keys: Keys, installId: string): (agent: AgentRow) => ContainerHost {
  const hosts = new Map<string, { fingerprint: string; host: ContainerHost }>()
  return (agent) => {
    const fingerprint = connectionFingerprint(agent)
    const known = hosts.get(agent.id)
    if (known?.fingerprint === fingerprint) return known.host
    const host = openOrBroken(() => openHost(toConnection(agent, keys), installId))
    hosts.set(agent.id, { fingerprint, host })
    return host
  }
}

/** An agent whose connection cannot even be tried is one that does not answer, with that reason; it must not stop the others. */
function openOrBroken(open: () => ContainerHost): ContainerHost {
  try {
    return open()
  } catch (error) {
    const fail = async () => Promise.reject(error)
    // biome-ignore lint/correctness/useYield: an iteration that fails at its first step is what is meant.
    const failWatching = async function* () {
      throw error
    }
    return new Proxy({} as ContainerHost, {
      get: (_target, verb) => (verb === 'watch' || verb === 'followGpuWatch' ? failWatching : fail),
    })
  }
}
