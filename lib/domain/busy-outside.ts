// Whether somebody works on a GPU past Berth: its memory is used while no session holds it.

/**
 * More than the driver itself and a login screen take (up to some 200 MB), less than a program takes that has only opened the GPU with CUDA
 * (300 to 500 MB on data-centre models).
 */
export const busyOutsideAboveBytes = 256 * 1024 * 1024
/** What a session used is given back by the driver a little after its container is gone. */
const settleMs = 20_000
/** One reading may fall into somebody's short look. */
const readingsNeeded = 2

export type OutsideLook = {
  id: string
  held: boolean
  /** With MIG on, its slices are what is used. */
  migEnabled: boolean
  /** Null: not told, and nothing follows from that. */
  memoryUsedBytes: number | null
  busyOutsideSince: Date | null
}

export type OutsideChange = { began: string[]; ended: string[] }

type Memory = { freeSince: Date | null; readings: number }

/** Takes one look after another and says for which GPUs it begins or ends. */
export function newBusyOutside(): (looks: readonly OutsideLook[], now: Date) => OutsideChange {
  const memory = new Map<string, Memory>()
  return (looks, now) => {
    const change: OutsideChange = { began: [], ended: [] }
    for (const look of looks) {
      const last = memory.get(look.id) ?? { freeSince: null, readings: 0 }
      const next = remember(look, last, now)
      memory.set(look.id, next)
      if (look.busyOutsideSince !== null && hasEnded(look)) change.ended.push(look.id)
      if (look.busyOutsideSince === null && hasBegun(next, now)) change.began.push(look.id)
    }
    return change
  }
}

function remember(look: OutsideLook, last: Memory, now: Date): Memory {
  if (look.held || look.migEnabled) return { freeSince: null, readings: 0 }
  const freeSince = last.freeSince ?? now
  if (look.memoryUsedBytes === null) return { freeSince, readings: last.readings }
  return { freeSince, readings: look.memoryUsedBytes > busyOutsideAboveBytes ? last.readings + 1 : 0 }
}

function hasEnded({ held, migEnabled, memoryUsedBytes }: OutsideLook): boolean {
  return held || migEnabled || (memoryUsedBytes !== null && memoryUsedBytes <= busyOutsideAboveBytes)
}

function hasBegun({ freeSince, readings }: Memory, now: Date): boolean {
  return freeSince !== null && readings >= readingsNeeded && now.getTime() - freeSince.getTime() >= settleMs
}
