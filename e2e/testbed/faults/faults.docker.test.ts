// Faults while a desktop streams, and deaths of the portal in the middle of a launch or a delete: a few of each, always the same ones. All of them
// are in `npm run test:faults`.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { sleeping } from '@/e2e/testbed/hosted-portal'
import { bundleProgram } from '@/scripts/test/bundle-program'
import { choose } from './choose'
import { FaultWorld } from './fault-world'
import { faults, named } from './faults'
import { injectFault } from './inject'
import { type Doomed, killAndRecover, needsRepair, recordPoints } from './kill-points'
import { expectNobodyElsesDesktop } from './someone-elses-port'

const seed = 5
const deaths = 4
const here = ['an engine is killed and comes back', 'a container is removed by hand']
let world: FaultWorld
let desktop: string
let doomed: Doomed

beforeAll(async () => {
  world = await FaultWorld.open({ hosts: [{ name: 'live', gpus: 'a10x2' }] })
  desktop = await world.portal.image({ gpus: 1 })
  const imageId = await world.portal.image({ name: 'Sleeper', gpus: 1, dockerOptions: sleeping })
  const program = await bundleProgram('e2e/testbed/faults/fault-process.ts')
  doomed = { world, program, actor: await world.portal.person('doomed'), imageId }
})

afterAll(async () => {
  await world?.close()
})

// First, while the engine has given out few ports.
test('a session is never shown the desktop of somebody else whose container got its port', () =>
  expectNobodyElsesDesktop(world, desktop))

test.each(named(faults.filter(({ name }) => here.includes(name))))(
  '%s: what could survive did, and the database equals the hosts',
  (_name, fault) => injectFault(world, fault, desktop),
)

test('a portal that dies in the middle of a launch or a delete leaves nothing that the next one does not put right', async () => {
  await world.portal.stopController()
  const points = await recordPoints(doomed)
  const worth = points.filter((point) => needsRepair(points, point))
  expect(worth.length).toBeGreaterThan(20)
  for (const point of choose(worth, deaths, seed)) await killAndRecover(doomed, point)
}, 240_000)
