// Injects a fault while a desktop streams, and checks: the database equals the hosts, and the streams that could survive did.
import { expect } from 'vitest'
import { discrepancies } from './discrepancies'
import type { FaultWorld } from './fault-world'
import type { Fault } from './faults'

export async function injectFault(world: FaultWorld, fault: Fault, imageId: string): Promise<void> {
  const { portal } = world
  const host = world.testbed.host(fault.host)
  const streaming = await world.streaming(host, imageId)
  const { sessionId, stream, actor } = streaming
  await world.settled()
  const before = await portal.row(sessionId)
  await fault.strike(world, streaming)
  if (fault.away) {
    await world.untilStatus(host, 'unreachable')
    // Silence proves nothing: the session is kept as it was, and only shown over its state to be out of reach.
    const seen = await portal.view(actor, sessionId)
    expect(seen).toMatchObject({ state: 'running', agentUnreachableSince: expect.any(String) })
    expect(await portal.row(sessionId)).toMatchObject({ held: true, containerId: before.containerId })
    if (fault.meanwhile === 'flows') await stream.flows()
    await world.bystanderIsUndisturbed()
  }
  await fault.mend?.(world, streaming)
  if (fault.away) await world.untilStatus(host, 'up')
  await world.settled()
  const after = await portal.row(sessionId)
  expect(fault.states).toContain(after.state)
  expect((await portal.view(actor, sessionId)).agentUnreachableSince).toBe(null)
  if (fault.stream === 'survives') {
    await stream.flows()
    expect(after.containerStartedAt).toBe(before.containerStartedAt)
  } else await stream.ended()
  await world.remove(streaming)
}

/** The same with nobody to repair it: the check must notice, or it would notice nothing else either. */
export async function injectWithoutRepair(world: FaultWorld, fault: Fault, imageId: string): Promise<string[]> {
  const { portal } = world
  const host = world.testbed.host(fault.host)
  const streaming = await world.streaming(host, imageId)
  await world.settled()
  if (!fault.away) await portal.stopController()
  await fault.strike(world, streaming)
  if (fault.away) {
    await world.untilStatus(host, 'unreachable')
    await portal.stopController()
  }
  await fault.mend?.(world, streaming)
  const noticed = await discrepancies(portal)
  await portal.startController()
  if (fault.away) await world.untilStatus(host, 'up')
  await world.settled()
  await world.remove(streaming)
  return noticed
}
