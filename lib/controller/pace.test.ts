import { expect, test } from 'vitest'
import { paceFor } from './pace'

test('up to sixty agents nothing is done less often, and a pass always comes within the 30 s that a lost event may take', () => {
  for (const agents of [0, 1, 40]) expect(paceFor(agents)).toMatchObject({ passMs: 15_000, inventoryMs: 60_000, roundMs: 60_000 })
  for (const agents of [60, 200, 5_000]) expect(paceFor(agents).passMs * 1.2).toBeLessThan(28_000)
  expect(paceFor(200)).toMatchObject({ inventoryMs: 300_000, roundMs: 100_000 })
  expect(paceFor(5_000).routesPerRound).toBe(1)
})
