// Kills a portal at one point of one launch and one delete, has another one go on, and checks that the two agree with the hosts.
import { spawn } from 'node:child_process'
import { expect } from 'vitest'
import type { Session } from '@/lib/db/generated/client'
import type { Actor } from '@/lib/domain/actor'
import { networkName } from '@/lib/domain/container-spec'
import { discrepancies } from './discrepancies'
import type { FaultTask } from './fault-process'
import type { FaultWorld } from './fault-world'

/** `program`: bundled, because each death costs a process, and half of its life would go into compiling. */
export type Doomed = { world: FaultWorld; program: string; actor: Actor; imageId: string }

/** The names of all points, in the order in which a launch and a delete come by them. */
export async function recordPoints(doomed: Doomed): Promise<string[]> {
  await makeReady(doomed)
  const { code, output, errors } = await runProcess(doomed, null)
  await endLeases(doomed)
  if (code !== 0) throw new Error(`The process to be killed ended by itself with ${code}: ${errors}`)
  return output.split('\n').filter((line) => line !== '')
}

export async function killAt(doomed: Doomed, point: string): Promise<void> {
  await makeReady(doomed)
  const { code, signal, errors } = await runProcess(doomed, point)
  expect({ point, signal, code, errors }).toMatchObject({ point, signal: 'SIGKILL', code: null })
  await endLeases(doomed)
}

/** They end by themselves after 20 s; that the next controller waits for that is tested elsewhere. */
async function endLeases({ world }: Doomed): Promise<void> {
  await world.portal.db.agent.updateMany({ data: { leaseUntil: new Date(0) } })
}

/** As on a host that has never run a session of ours, so that each run makes the network too, and learns the way. */
async function makeReady({ world }: Doomed): Promise<void> {
  await world.portal.db.agent.updateMany({ data: { reachedBy: null, leaseUntil: new Date(0) } })
  const network = networkName(world.portal.installId)
  for (const { docker } of world.portal.hosts) {
    const [found] = await docker.listNetworks({ filters: { name: [network] } })
    if (found) await docker.getNetwork(network).remove()
  }
}

/** What the killed one left: null where its launch was never written. */
export async function sessionOf({ world, actor }: Doomed): Promise<Session | null> {
  return world.portal.db.session.findFirst({ where: { userId: actor.id }, orderBy: { createdAt: 'desc' } })
}

export async function killAndRecover(doomed: Doomed, point: string): Promise<void> {
  const { world } = doomed
  const { portal } = world
  await killAt(doomed, point)
  await portal.startController({ ask: async () => ({ kind: 'answered', pin: 'AA:BB' }) })
  await world.settled()
  const row = await sessionOf(doomed)
  if (row && row.state !== 'deleted') {
    // Nobody asked for its end: it runs, once.
    expect({ point, ...row }).toMatchObject({ point, state: 'running', wanted: 'running' })
    await portal.remove(doomed.actor, row.id)
  }
  await world.settled()
  expect(await portal.db.gpuHold.count()).toBe(0)
  await portal.stopController()
}

/** What the check says when nobody goes on. */
export async function killWithoutRepair(doomed: Doomed, point: string): Promise<string[]> {
  const { world } = doomed
  await killAt(doomed, point)
  const noticed = await discrepancies(world.portal)
  await world.portal.startController({ ask: async () => ({ kind: 'answered', pin: 'AA:BB' }) })
  await world.settled()
  await world.portal.removeAll()
  await world.portal.stopController()
  return noticed
}

/** Nothing was begun yet, or all was done: a death there leaves nothing to repair. */
export function needsRepair(points: readonly string[], point: string): boolean {
  const at = points.indexOf(point)
  const first = (phase: string, what: RegExp) => points.findIndex((name) => name.startsWith(`${phase}:`) && what.test(name))
  const last = (phase: string, what: RegExp) => points.findLastIndex((name) => name.startsWith(`${phase}:`) && what.test(name))
  const ofSession = /: after (the commit of|.*"Session")/
  const launched = first('launch', /: after the commit/)
  const running = last('start', ofSession)
  const asked = first('delete', /: after the commit/)
  const deleted = last('remove', ofSession)
  return (at >= launched && at < running) || (at >= asked && at < deleted)
}

function runProcess({ world, program, actor, imageId }: Doomed, point: string | null) {
  const { portal } = world
  const task: FaultTask = {
    databaseUrl: portal.database.url,
    secret: portal.secret.toString('hex'),
    installId: portal.installId,
    actor,
    imageId,
    killAt: point,
  }
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, TESTBED_FAULT: JSON.stringify(task) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  return new Promise<{ code: number | null; signal: string | null; output: string; errors: string }>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal, output, errors })),
  )
}
