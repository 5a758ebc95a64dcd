// Tests wait for states; only a machine that is far too busy makes them wait long.
import { vi } from 'vitest'

export function until(holds: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(holds, { timeout: 30_000, interval: 20 })
}
