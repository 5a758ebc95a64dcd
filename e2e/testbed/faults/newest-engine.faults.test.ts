// The newest Docker Engine that Debian offers, beside the machine's own: the same desktop, the same stream, the same faults.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureNewerEngine, type NewerEngine } from '@/e2e/testbed/newer-engine'
import { FaultWorld } from './fault-world'
import { faults, named } from './faults'
import { injectFault } from './inject'
import { expectNobodyElsesDesktop } from './someone-elses-port'

let world: FaultWorld
let engine: NewerEngine
let desktop: string

beforeAll(async () => {
  engine = await ensureNewerEngine()
  world = await FaultWorld.open({ hosts: [{ name: 'live', gpus: 'none', engine }] })
  desktop = await world.portal.image()
}, 20 * 60_000)

afterAll(() => world?.close())

test('it is the one of that suite, and newer than what is stable here', async () => {
  const agent = await world.portal.db.agent.findFirstOrThrow()
  expect(agent.engineVersion).toContain(engine.version)
  expect(Number(engine.version.split('.')[0])).toBeGreaterThan(25)
})

test.each(named(faults.filter(({ host }) => host === 'live')))(
  '%s: what could survive did, and the database equals the hosts',
  (_name, fault) => injectFault(world, fault, desktop),
)

test('a session is never shown the desktop of somebody else whose container got its port', () =>
  expectNobodyElsesDesktop(world, desktop))
