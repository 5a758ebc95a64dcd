// The rows of all agents, as a controller asks for them every few seconds: only those that changed are read again.
import { loadAgentMarks } from '@/lib/db/agent-marks'
import { type AgentRow, loadAgents } from '@/lib/db/agents-observed'
import type { Db } from '@/lib/db/client'

export type ReadAgents = () => Promise<ReadonlyMap<string, AgentRow>>

/** One at a time. What stands in a row of loads, times and holdings may be old. */
export function newAgentReader(db: Db): ReadAgents {
  const rows = new Map<string, AgentRow>()
  let marks = new Map<string, string>()
  return async () => {
    // The marks first: what is written in between shows as another mark the next time.
    const now = await loadAgentMarks(db)
    const changed = [...now.keys()].filter((id) => now.get(id) !== marks.get(id))
    if (changed.length > 0) for (const row of await loadAgents(db, changed)) rows.set(row.id, row)
    for (const id of rows.keys()) if (!now.has(id)) rows.delete(id)
    marks = now
    return rows
  }
}
