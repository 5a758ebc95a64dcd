// Tests wait for states; only a machine that is far too busy makes them wait long.
import { setTimeout as pause } from 'node:timers/promises'
import { vi } from 'vitest'

const everyMs = 20

export function until(holds: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(holds, { timeout: 30_000, interval: everyMs })
}

/**
 * A guarantee with a number. The seconds are this process's own, in which the gateway works as well: counted in turns of its loop, so that one
 * which others on the machine held up counts no longer than any.
 */
export async function withinTwoSeconds(holds: () => void | Promise<void>, lookEveryMs = everyMs): Promise<void> {
  for (let waitedMs = 0; waitedMs < 2_000; waitedMs += lookEveryMs) {
    try {
      return await holds()
    } catch {
      await pause(lookEveryMs)
    }
  }
  await holds()
}
