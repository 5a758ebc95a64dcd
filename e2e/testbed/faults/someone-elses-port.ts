// The danger of ports that Docker gives out again: after a crash an exited container still shows the port that it had, and by then that port may lead
// to another person's desktop.
import { connect } from 'node:tls'
import { expect } from 'vitest'
import { containerName } from '@/lib/domain/container-spec'
import type { FaultWorld, Streaming } from './fault-world'

export async function expectNobodyElsesDesktop(world: FaultWorld, imageId: string): Promise<void> {
  const { portal } = world
  const host = world.testbed.host('live')
  const alice = await world.streaming(host, imageId)
  const bob = await world.streaming(host, imageId)
  const { reachPort: port, certPin: pinOfAlice } = await portal.row(alice.sessionId)
  await portal.stopController()
  await host.crash()
  await host.start()
  await takePort(bob, port ?? 0)

  // The trap is there: Alice's container has ended, Bob's desktop answers at the port that the database still names for her, and older engines
  // show that port for hers as well.
  const info = await container(alice).inspect()
  expect(info.State.Running).toBe(false)
  expect([[port], []]).toContainEqual(portsOf(info))
  expect(await portal.row(alice.sessionId)).toMatchObject({ state: 'running', reachPort: port })
  const answering = await pinAt(host.endpoint.host, port ?? 0)
  expect(answering).not.toBe(pinOfAlice)

  // Nobody has repaired anything yet, and Alice is not let in.
  await expect(alice.viewer.open()).rejects.toThrow(/refused with 50[23]/)

  await portal.startController()
  await portal.reach(alice.sessionId, 'failed', 90_000)
  await world.settled()
  expect(await portal.row(bob.sessionId)).toMatchObject({ state: 'running', reachPort: port, certPin: answering })
  const stream = await bob.viewer.open()
  await stream.flows()
  await expect(alice.viewer.open()).rejects.toThrow(/refused/)
  stream.close()
  await world.remove(alice)
  await world.remove(bob)
}

const container = ({ host, sessionId }: Streaming) => host.docker.getContainer(containerName(sessionId))

/** Each start gets the next port; an engine that just started begins anew. */
async function takePort(streaming: Streaming, wanted: number): Promise<void> {
  await container(streaming).start()
  for (let tries = 0; tries < 60; tries++) {
    const [port = 0] = portsOf(await container(streaming).inspect())
    if (port === wanted) return
    if (port > wanted) break
    await container(streaming).restart({ t: 0 })
  }
  throw new Error(`The engine did not give out port ${wanted} again.`)
}

type Inspected = { NetworkSettings: { Ports: Record<string, { HostPort: string }[] | null> } }

function portsOf({ NetworkSettings }: Inspected): number[] {
  return [
    ...new Set(Object.values(NetworkSettings.Ports).flatMap((bound) => (bound ?? []).map(({ HostPort }) => Number(HostPort)))),
  ]
}

/** The certificate of whoever answers there, asked until somebody does. */
async function pinAt(host: string, port: number): Promise<string> {
  for (;;) {
    const pin = await new Promise<string | null>((resolve) => {
      const socket = connect({ host, port, rejectUnauthorized: false }, () => {
        resolve(socket.getPeerCertificate().fingerprint256)
        socket.destroy()
      })
      socket.once('error', () => resolve(null))
    })
    if (pin) return pin
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
