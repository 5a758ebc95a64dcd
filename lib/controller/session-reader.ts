// The sessions of an agent as a pass needs them. Where all of them rest and no row was written since, those that were read last are the same:
// five thousand rows every few seconds would keep a controller busy with nothing.
import type { Db } from '@/lib/db/client'
import { loadSessionsOnAgents, type SessionOnAgent } from '@/lib/db/controller-sessions'
import { loadSessionMarks } from '@/lib/db/session-marks'
import { batched } from './batched'

export type ReadSessions = (agentId: string) => Promise<SessionOnAgent[]>

/** Nobody waits for a pass: a launch reads its own session. */
const gatherMs = 250

export function newSessionReader(db: Db): ReadSessions {
  const marks = batched((ids) => loadSessionMarks(db, ids), { gatherMs, most: 1_000 })
  const rows = batched((ids) => loadSessionsOnAgents(db, ids), { gatherMs: 0, most: 40 })
  const known = new Map<string, { mark: string; sessions: SessionOnAgent[] }>()
  return async (agentId) => {
    // The mark first: what is written in between shows as another mark the next time.
    const mark = (await marks(agentId)) ?? ''
    const last = known.get(agentId)
    if (last?.mark === mark) return last.sessions
    const sessions = (await rows(agentId)) ?? []
    if (sessions.every(isAtRest)) known.set(agentId, { mark, sessions })
    else known.delete(agentId)
    return sessions
  }
}

/** Whether it is being saved stands in another table, which no mark covers. */
function isAtRest({ state, wanted, authoring }: SessionOnAgent): boolean {
  return (state === 'running' || state === 'paused') && wanted === state && !authoring
}
