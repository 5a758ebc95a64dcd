// Whether an agent is to be looked at in full. Between two such looks its list of images says whether anything changed there: that costs neither a
// container on the agent nor a write in the database.
import type { ActingAgent, ControllerDeps } from './controller-deps'
import { imageMark } from './inventory'

export type InventoryDue = {
  /** The next look is a full one. */
  ring(): void
  take(signal: AbortSignal): Promise<boolean>
}

export function newInventoryDue(deps: ControllerDeps, acting: ActingAgent): InventoryDue {
  let isRung = true
  let lastMs = Number.NEGATIVE_INFINITY
  return {
    ring: () => {
      isRung = true
    },
    take: async (signal) => {
      const isDue = isRung || performance.now() - lastMs >= deps.pace().inventoryMs * 0.8
      if (!isDue && !(await hasOtherImages(acting, signal))) return false
      isRung = false
      lastMs = performance.now()
      return true
    },
  }
}

/** One that does not answer is for its pass. */
async function hasOtherImages({ host, imageMark: known }: ActingAgent, signal: AbortSignal): Promise<boolean> {
  try {
    return imageMark(await host.images(signal)) !== known
  } catch {
    return false
  }
}
