// Whatever viewers or desktops do to the gateway: within two seconds of its end sockets and memory are back at base, and nobody else noticed.
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dial } from './test-client'
import { type OriginForm, startTestGateway, type TestGateway, type TestSession, upgradeText } from './test-gateway'
import { usedAfterCollecting } from './test-memory'
import { type Misbehaviour, waysToMisbehave } from './test-misbehaviour'
import { moveIn, type Neighbour } from './test-neighbour'
import { gatewaySockets } from './test-sockets'
import { until, withinTwoSeconds } from './test-until'
import { type Script, startTestUpstream, type TestUpstream } from './test-upstream'

/** What a round may leave in caches and pools; one forgotten connection to a desktop has 50 kB. */
const mostLeftBytes = 750_000
const names = waysToMisbehave({ asks: '', upgrades: '', isTls: true }).map(({ name }) => name)

describe.each<OriginForm>(['domain', 'port'])('sessions told apart by %s:', { timeout: 60_000 }, (form) => {
  let t: TestGateway
  let desktop: TestUpstream
  let script: Script = () => {}
  let session: TestSession
  let neighbour: Neighbour
  let ways: Misbehaviour[]
  const known: WeakRef<Socket>[] = []
  const atDesktop = new Set<Socket>()

  beforeAll(async () => {
    // Nothing here may end because a desktop was given up.
    t = await startTestGateway(form, { firstAnswerMs: 600_000, onSocket: (socket) => known.push(new WeakRef(socket)) })
    desktop = await startTestUpstream((socket, head) => {
      atDesktop.add(socket)
      socket.once('close', () => atDesktop.delete(socket))
      script(socket, head)
    })
    session = await t.addSession(await t.addUser(), desktop)
    const { cookie } = await t.enter(session)
    const asks = `GET /file HTTP/1.1\r\nHost: ${session.host}\r\nCookie: ${cookie}\r\n\r\n`
    ways = waysToMisbehave({ asks, upgrades: upgradeText(session, { Cookie: cookie }), isTls: session.to.isTls })
    neighbour = await moveIn(t)
  })
  afterAll(async () => {
    await neighbour?.leave()
    await t?.close()
    await desktop?.close()
  })

  const held = () => {
    const { streams, requests } = t.gateway.stats()
    return { streams, requests, sockets: gatewaySockets(session.to.port, desktop.port) }
  }

  async function carryOut({ viewers: count, says, hasBegun, goesOn, desktopEnds, leaving }: Misbehaviour): Promise<Socket[]> {
    const viewers = await Promise.all(
      Array.from({ length: count }, async () => {
        const socket = await dial(session.to)
        socket.pause().write(says, 'latin1')
        return socket
      }),
    )
    await until(() => hasBegun({ viewers, atDesktop }))
    for (const viewer of viewers) goesOn?.(viewer)
    await untilNothingMoves([...viewers, ...atDesktop])
    if (desktopEnds) for (const socket of atDesktop) desktopEnds(socket)
    else for (const [index, viewer] of viewers.entries()) leaving[index % leaving.length]?.(viewer)
    return viewers
  }

  /** Both ends are the test's own: they may leave when the gateway has let go. */
  async function clearAway(viewers: Socket[]): Promise<void> {
    for (const socket of [...viewers, ...atDesktop]) socket.destroy()
    desktop.received.splice(0)
    await until(() => expect(atDesktop.size).toBe(0))
  }

  test.each(names)('%s is given back within two seconds [attack 10, 11, 12]', async (name) => {
    const way = ways.find((one) => one.name === name) ?? expect.fail(name)
    script = way.script
    const base = held()
    await neighbour.during(async () => {
      let usedBytes = 0
      for (const round of ['first', 'measured']) {
        known.splice(0)
        if (round === 'measured') usedBytes = await usedAfterCollecting()
        const viewers = await carryOut(way)
        try {
          await withinTwoSeconds(() => expect(held()).toEqual(base))
        } finally {
          await clearAway(viewers)
        }
      }
      await withinTwoSeconds(async () => {
        const leftBytes = (await usedAfterCollecting()) - usedBytes
        const leftSockets = known.filter((socket) => socket.deref()).length
        expect({ leftSockets, isLittle: leftBytes < mostLeftBytes }).toEqual({ leftSockets: 0, isLittle: true })
      }, 250)
    })
  })
})

async function untilNothingMoves(sockets: readonly Socket[]): Promise<void> {
  const moved = () => sockets.reduce((sum, { bytesRead, bytesWritten }) => sum + bytesRead + bytesWritten, 0)
  for (let before = -1; before !== moved(); ) {
    before = moved()
    await pause(100)
  }
}
