// Whether an agent is to be looked at in full. Between two such looks its list of images says whether anything changed there: that costs neither a
// container on the agent nor a write in the database.
import type { ActingAgent, ControllerDeps } from './controller-deps'
import { imageMark } from './inventory'
import type { Pace } from './pace'

export type InventoryDue = {
  /** The next look is a full one. */
  ring(): void
  take(signal: AbortSignal): Promise<boolean>
}

export function newInventoryDue(deps: ControllerDeps, acting: ActingAgent): InventoryDue {
  let isRung = true
  let dueAtMs = Number.NEGATIVE_INFINITY
  return {
    ring: () => {
      isRung = true
    },
    take: async (signal) => {
      const isDue = isRung || performance.now() >= dueAtMs
      if (!isDue && !(await hasOtherImages(acting, signal))) return false
      isRung = false
      dueAtMs = performance.now() + dueAfterMs(deps.pace())
      return true
    },
  }
}

/** Where there are many agents, those that began together, as at a start, do not go on together. */
function dueAfterMs({ inventoryMs, roundMs }: Pace): number {
  const spreadMs = Math.max(0, inventoryMs - roundMs)
  return inventoryMs * 0.8 + (Math.random() - 0.5) * spreadMs
}

/** One that does not answer is for its pass. */
async function hasOtherImages({ host, imageMark: known }: ActingAgent, signal: AbortSignal): Promise<boolean> {
  try {
    return imageMark(await host.images(signal)) !== known
  } catch {
    return false
  }
}
