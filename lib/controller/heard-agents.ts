// Notes that agents answer. Nobody waits for the note of one that was up, so those of a second go to the database together.
import { type Heard, markUp, noteHeard, type ObservedSpeed } from '@/lib/db/agents-observed'
import type { Db } from '@/lib/db/client'
import type { Log } from '@/lib/log'
import type { ActingAgent } from './controller-deps'

/** Returns whether it was away before: then what waits for it can be placed. */
export type HeardAgent = (agent: ActingAgent, at: Date, speed: Required<ObservedSpeed>) => Promise<boolean>

export type HeardAgents = { heard: HeardAgent; flush(): Promise<void> }

const gatherMs = 1_000

/** `lookAgain`: it did not count as up after all, which the next pass notes. */
export function newHeardAgents(db: Db, log: Log, lookAgain: (agentId: string) => void): HeardAgents {
  let waiting = new Map<string, Heard>()
  let timer: NodeJS.Timeout | undefined

  async function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const taken = waiting
    waiting = new Map()
    if (taken.size === 0) return
    try {
      const noted = new Set(await noteHeard(db, [...taken.values()]))
      for (const agentId of taken.keys()) if (!noted.has(agentId)) lookAgain(agentId)
    } catch (error) {
      log.warn({ err: error }, 'That agents answer could not be noted; the next pass does it')
    }
  }

  return {
    heard: async (agent, at, speed) => {
      if (agent.row.status !== 'up') return markUp(db, agent.row.id, at, speed)
      waiting.set(agent.row.id, { agentId: agent.row.id, at, ...speed })
      timer ??= setTimeout(() => void flush(), gatherMs)
      return false
    },
    flush,
  }
}
