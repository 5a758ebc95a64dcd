// Sides that never read, never finish or vanish, while another session is in use: memory and sockets stay bounded and that session notices nothing.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { dial, maskedFrame } from './test-client'
import { get, startTestGateway, type TestGateway, type TestSession, upgrade, upgradeText } from './test-gateway'
import { usedAfterCollecting } from './test-memory'
import { until } from './test-until'
import { type Script, startTestUpstream, type TestUpstream } from './test-upstream'

const accepted = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'
const wantedBytes = 500e6
/** What sockets and kernel may hold between two sides of which one does not read, with room. */
const boundBytes = 40e6

/** Of eight hundred upgrades together; whatever still holds a closed socket of each is seen (1.4 MB, where 0.6 are ordinary). */
const mostLeftBytes = 1e6

describe('floods through the gateway', { timeout: 60_000 }, () => {
  let t: TestGateway
  let desktop: TestUpstream
  let script: Script = () => {}
  let session: TestSession
  let cookie: string
  let neighbour: { session: TestSession; cookie: string; desktop: TestUpstream; socket: Socket }
  const stops: (() => void)[] = []

  beforeAll(async () => {
    t = await startTestGateway('domain', { firstAnswerMs: 600_000 })
    desktop = await startTestUpstream((socket, head) => script(socket, head))
    session = await t.addSession(await t.addUser(), desktop)
    cookie = (await t.enter(session)).cookie
    // Somebody else, whose desktop says back what it is told.
    const other = await startTestUpstream((socket) => {
      socket.write(accepted)
      socket.on('data', (chunk: Buffer) => socket.write(chunk))
    })
    const own = await t.addSession(await t.addUser(), other)
    const entered = await t.enter(own)
    const { socket } = await upgrade(own, { Cookie: entered.cookie })
    neighbour = { session: own, cookie: entered.cookie, desktop: other, socket: socket.resume() }
  })
  afterAll(async () => {
    neighbour.socket.destroy()
    await t.close()
    await Promise.all([desktop.close(), neighbour.desktop.close()])
  })

  // The neighbour still has its one stream, and it still answers.
  afterEach(async () => {
    for (const stop of stops.splice(0)) stop()
    await until(() => expect([desktop.open(), t.gateway.stats().streams, t.gateway.stats().requests]).toEqual([0, 1, 0]))
    await echoOfNeighbour()
  })

  async function echoOfNeighbour(): Promise<void> {
    const echoed = once(neighbour.socket, 'data')
    neighbour.socket.write(maskedFrame(Uint8Array.of(185)))
    expect((await echoed)[0]).toEqual(maskedFrame(Uint8Array.of(185)))
  }

  /** Writes up to 500 MB as fast as they are taken; says how many were, and stops with the test. */
  function flood(socket: Socket): { taken(): number } {
    const chunk = Buffer.alloc(1_000_000, 'x')
    let given = 0
    const more = () => {
      while (!socket.destroyed && given < wantedBytes) {
        given += chunk.length
        if (!socket.write(chunk)) return void socket.once('drain', more)
      }
    }
    more()
    stops.push(() => socket.destroy())
    return { taken: () => given - socket.writableLength }
  }

  /** Until nothing has been taken for a while; the neighbour is served meanwhile. */
  async function untilStuck({ taken }: { taken(): number }): Promise<number> {
    // A little goes on: the gateway looks now and then whether the side that it holds up is still there.
    for (let before = Number.NEGATIVE_INFINITY; taken() - before > 1e6; ) {
      before = taken()
      for (let times = 0; times < 10; times++) {
        await echoOfNeighbour()
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
    return taken()
  }

  test('a viewer that never reads while its desktop streams 500 MB costs a bounded amount of memory [attack 12]', async () => {
    let flooding: { taken(): number } | undefined
    script = (socket) => {
      socket.write(accepted)
      flooding = flood(socket)
    }
    const before = process.memoryUsage()
    const viewer = await upgrade(session, { Cookie: cookie })
    stops.push(() => viewer.socket.destroy())
    await until(() => expect(flooding).toBeDefined())
    expect(await untilStuck(flooding ?? flood(viewer.socket))).toBeLessThan(boundBytes)
    const after = process.memoryUsage()
    expect(after.arrayBuffers + after.external - before.arrayBuffers - before.external).toBeLessThan(boundBytes)
  })

  test('a desktop that never reads while its viewer sends 500 MB costs a bounded amount of memory, and its reset is noticed [attack 12]', async () => {
    script = (socket) => {
      socket.write(accepted)
      socket.pause()
      // Paused, it would not hear that the gateway hung up.
      stops.push(() => socket.destroy())
    }
    const viewer = await upgrade(session, { Cookie: cookie })
    const before = process.memoryUsage()
    expect(await untilStuck(flood(viewer.socket))).toBeLessThan(boundBytes)
    const after = process.memoryUsage()
    expect(after.arrayBuffers + after.external - before.arrayBuffers - before.external).toBeLessThan(boundBytes)
    viewer.socket.resetAndDestroy()
    await until(() => expect(t.gateway.stats().streams).toBe(1))
  })

  test('a browser that never reads a download of 500 MB costs a bounded amount of memory [attack 12]', async () => {
    let flooding: { taken(): number } | undefined
    script = (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${wantedBytes}\r\n\r\n`)
      flooding = flood(socket)
    }
    const browser = await dial(session.to)
    browser.pause().write(`GET /big.bin HTTP/1.1\r\nHost: ${session.host}\r\nCookie: ${cookie}\r\n\r\n`)
    stops.push(() => browser.destroy())
    await until(() => expect(flooding).toBeDefined())
    expect(await untilStuck(flooding ?? flood(browser))).toBeLessThan(boundBytes)
  })

  test('five hundred half requests hold no desktop and do not keep a neighbour waiting [attack 12]', async () => {
    const halves = await Promise.all(Array.from({ length: 500 }, () => dial(session.to)))
    for (const [index, socket] of halves.entries()) {
      socket.write(upgradeText(session, { Cookie: cookie }).slice(0, 20 + (index % 200)))
    }
    for (let times = 0; times < 20; times++) await echoOfNeighbour()
    expect([desktop.open(), t.gateway.stats().streams]).toEqual([0, 1])
    for (const socket of halves) socket.destroy()
  })

  test('headers of a megabyte are 431 and reach no desktop [attack 10]', async () => {
    const before = desktop.connections()
    const answer = await get(session, '/', { Cookie: cookie, 'X-Long': 'x'.repeat(1_000_000) }).catch(() => null)
    // The gateway hangs up while the browser still writes: it may not hear the answer.
    expect([431, undefined]).toContain(answer?.status)
    expect(desktop.connections()).toBe(before)
  })

  test('a thousand upgrades that are reset before the desktop answered leave nothing, in memory either [attack 10]', async () => {
    script = () => {}
    let usedBytes = 0
    for (let round = 0; round < 10; round++) {
      // The first ones bring in what is made once.
      if (round === 2) usedBytes = await usedAfterCollecting()
      const asked = desktop.received.length
      const viewers = await Promise.all(
        Array.from({ length: 100 }, async () => {
          const socket = await dial(session.to)
          socket.write(upgradeText(session, { Cookie: cookie }))
          return socket
        }),
      )
      // Some leave before the desktop was even asked, some after.
      if (round % 2) await until(() => expect(desktop.received.length).toBeGreaterThan(asked))
      for (const socket of viewers) socket.resetAndDestroy()
      await until(() => expect([desktop.open(), t.gateway.stats().streams]).toEqual([0, 1]))
      desktop.received.length = 0
    }
    expect((await usedAfterCollecting()) - usedBytes).toBeLessThan(mostLeftBytes)
  })

  test('desktops that die in the middle take their own viewers along and nobody else’s', async () => {
    script = (socket) => {
      socket.write(`${accepted}something`)
      setTimeout(() => socket.destroy(), 50)
    }
    const viewers = await Promise.all(Array.from({ length: 50 }, () => upgrade(session, { Cookie: cookie })))
    await Promise.all(viewers.map(({ socket }) => socket.closed || once(socket.resume(), 'close')))
    await until(async () => {
      script = (socket) => socket.destroy()
      const { status, body } = await get(session, '/', { Cookie: cookie })
      expect([status, body.includes('The desktop does not answer')]).toEqual([502, true])
    })
  })

  test.runIf(process.platform === 'linux')(
    'the kernel asks both sides of a silent stream whether they are still there',
    async () => {
      const timers = async (filter: string) =>
        (await promisify(execFile)('ss', ['-Htno', 'state', 'established', filter])).stdout.trim().split('\n')
      const towards = await timers(`( dport = :${neighbour.desktop.port} )`)
      const viewers = await timers(`( sport = :${t.portalPort} )`)
      for (const lines of [towards, viewers]) {
        expect(lines.filter(Boolean).length).toBeGreaterThan(0)
        for (const line of lines) expect(line).toMatch(/timer:\(keepalive,(\d{1,2}|\d+\.\d+)s?[a-z]*,\d+\)/)
      }
    },
  )
})
