// One connection object per agent, made anew when what an administrator said about the connection changes.
import { type AgentRow, connectionFingerprint, toConnection } from '@/lib/db/agents-observed'
import type { Db } from '@/lib/db/client'
import type { ContainerHost, HostNotes, OpenHost } from '@/lib/domain/container-host'
import type { Keys } from '@/lib/secrets/keys'
import { type ClaimDeps, hostRows } from './host-claims'
import { type Guarded, newHostGuard } from './host-guard'
import { assertKnownEngine } from './host-identity'

export type ClaimOptions = Pick<ClaimDeps, 'url' | 'exclusive' | 'lookEveryMs'>

export type HostRegistry = {
  /** Guarded: refuses what is another portal's or another agent's. */
  hostOf(agent: AgentRow): ContainerHost
  /** What stands on the host, whoever acts there. */
  notesOf(agent: AgentRow): HostNotes
  /** Throws agent_other_engine where another engine answers by now. */
  assertSameEngine(agent: AgentRow): Promise<void>
}

type Registry = {
  db: Db
  openHost: OpenHost
  keys: Keys
  installId: string /** Left out: no host is guarded. */
  claims: ClaimOptions | null
}

export function newHostRegistry({ db, openHost, keys, installId, claims }: Registry): HostRegistry {
  const known = new Map<string, { fingerprint: string; open: ContainerHost; guarded: Guarded }>()
  const entry = (agent: AgentRow) => {
    const fingerprint = connectionFingerprint(agent)
    const found = known.get(agent.id)
    if (found?.fingerprint === fingerprint) return found
    const open = openOrBroken(() => openHost(toConnection(agent, keys), installId))
    const made = { fingerprint, open, guarded: guard ? guard(agent, open) : unguarded(db, agent.id, open) }
    known.set(agent.id, made)
    return made
  }
  const notesOf = (agent: AgentRow) => entry(agent).open
  const guard = claims && newHostGuard({ db, installId, notesOf, hostRow: hostRows(db), ...claims })
  return {
    hostOf: (agent) => entry(agent).guarded.host,
    notesOf,
    assertSameEngine: (agent) => entry(agent).guarded.lookAnew(),
  }
}

const lookWithinMs = 20_000

function unguarded(db: Db, agentId: string, host: ContainerHost): Guarded {
  return { host, lookAnew: () => assertKnownEngine(db, agentId, host, AbortSignal.timeout(lookWithinMs)) }
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
      get: (_target, verb) => (['watch', 'followGpuWatch', 'saveImage'].includes(String(verb)) ? failWatching : fail),
    })
  }
}
