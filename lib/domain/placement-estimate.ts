// When a session that waits for GPUs could start at the earliest, from the ends of the sessions that hold them. Pure.
import type { PlacementAgent, PlacementNeeds } from './placement'
import { fittingGpus, freeGpus, neverFits } from './placement-fit'

/** A held slot, and when the session that holds it ends by its time limit; null where it has none. */
export type HoldEnd = { gpuId: string; endsAt: Date | null }

/** The first moment at which enough fitting GPUs of one agent are free. Null: nobody's end is known that would do. */
export function earliestStart(needs: PlacementNeeds, agents: readonly PlacementAgent[], holds: readonly HoldEnd[]): Date | null {
  if (needs.gpus === 0) return null
  const firstEnd = new Map<string, number>()
  for (const { gpuId, endsAt } of holds) {
    if (endsAt) firstEnd.set(gpuId, Math.min(endsAt.getTime(), firstEnd.get(gpuId) ?? Number.POSITIVE_INFINITY))
  }
  const times = agents.map((agent) => enoughAt(needs, agent, firstEnd))
  const earliest = Math.min(...times)
  return Number.isFinite(earliest) ? new Date(earliest) : null
}

function enoughAt(needs: PlacementNeeds, agent: PlacementAgent, firstEnd: ReadonlyMap<string, number>): number {
  const free = freeGpus(needs, agent)
  const lacking = (needs.gpus === 'all' ? fittingGpus(needs, agent).length : needs.gpus) - free.length
  // Where GPUs are free already, something else stands in the way, and no end of a session says when it goes.
  if (neverFits(needs, agent) || agent.status !== 'up' || lacking <= 0) return Number.POSITIVE_INFINITY
  const ends = fittingGpus(needs, agent)
    .filter((gpu) => !gpu.busyOutside && !free.includes(gpu))
    .map((gpu) => firstEnd.get(gpu.id) ?? Number.POSITIVE_INFINITY)
    .sort((a, b) => a - b)
  return ends[lacking - 1] ?? Number.POSITIVE_INFINITY
}
