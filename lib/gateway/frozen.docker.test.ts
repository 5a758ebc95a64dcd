// Real containers that the engine froze (docker pause): their kernel still takes connections and bytes, and nobody ever answers. And one that was
// stopped while another took its address.
import { readdirSync, readlinkSync } from 'node:fs'
import { connect, type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DesktopContainer, ensureDesktopImage, logsOf, startDesktop } from '@/e2e/contract/desktop-container'
import { dial } from './test-client'
import { get, startTestGateway, type TestGateway, type TestSession, upgrade, upgradeText } from './test-gateway'
import { until } from './test-until'

const givenBackWithinMs = 2_000

describe('a container that is frozen', { timeout: 90_000 }, () => {
  let t: TestGateway
  let desktop: DesktopContainer
  let session: TestSession
  let cookie: string

  beforeAll(async () => {
    await ensureDesktopImage()
    desktop = await startDesktop()
    t = await startTestGateway('domain')
    const { host, port, password } = desktop
    session = await t.addSession(await t.addUser(), { host, port, password, pin: await pinOf(port) })
    cookie = (await t.enter(session)).cookie
  })
  afterAll(async () => {
    await t?.close()
    await desktop?.stop()
  })

  test('gives every socket of a hundred leaving viewers back within two seconds, keeps who stays, and serves again [attack 11]', async () => {
    const stays = await upgrade(session, { Cookie: cookie })
    expect(stays.status).toBe(101)
    await desktop.container.pause()
    const before = sockets()
    const viewers = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const socket = await dial(session.to)
        const request = `GET / HTTP/1.1\r\nHost: ${session.host}\r\nCookie: ${cookie}\r\n\r\n`
        socket.write(index % 2 ? upgradeText(session, { Cookie: cookie }) : request)
        return socket
      }),
    )
    await until(() => expect(t.gateway.stats()).toMatchObject({ streams: 51, requests: 50 }))
    const leftAt = performance.now()
    for (const [index, socket] of viewers.entries()) {
      if (index % 3 === 0) socket.resume().end()
      else if (index % 3 === 1) socket.resetAndDestroy()
      else socket.destroy()
    }
    await until(() => {
      expect(t.gateway.stats()).toMatchObject({ streams: 1, requests: 0 })
      expect(sockets()).toBeLessThanOrEqual(before)
    })
    expect(performance.now() - leftAt).toBeLessThan(givenBackWithinMs)
    await desktop.container.unpause()
    expect(stays.socket.destroyed).toBe(false)
    await until(async () => expect((await get(session, '/', { Cookie: cookie })).status).toBe(200))
    stays.socket.destroy()
  })

  test('that is stopped lets its viewers go, and whoever asks then is told', async () => {
    const viewer = await upgrade(session, { Cookie: cookie })
    const closed = new Promise((resolve) => viewer.socket.resume().once('close', resolve))
    await desktop.container.kill()
    await closed
    await until(() => expect(t.gateway.stats()).toMatchObject({ streams: 0, requests: 0 }))
    const answer = await get(session, '/', { Cookie: cookie })
    expect([answer.status, answer.body.includes('The desktop does not answer')]).toEqual([502, true])
  })
})

describe('a container that was stopped, and another one started on its address', { timeout: 90_000 }, () => {
  test('nobody who watched the first sees the second, which never hears a password of another [attack 14, 20]', async () => {
    const first = await startDesktop()
    const t = await startTestGateway('domain')
    let second: DesktopContainer | undefined
    try {
      const { host, port, password } = first
      const mine = await t.addSession(await t.addUser(), { host, port, password, pin: await pinOf(port) })
      const { cookie } = await t.enter(mine)
      const viewer = await upgrade(mine, { Cookie: cookie })
      expect(viewer.status).toBe(101)
      const closed = new Promise((resolve) => viewer.socket.resume().once('close', resolve))
      await first.stop()
      await closed
      // Somebody else's, before the controller has seen that the first one is gone.
      second = await startDesktop({
        hostConfig: { PortBindings: { '6901/tcp': [{ HostIp: '127.0.0.1', HostPort: String(port) }] } },
      })
      for (const asked of [() => get(mine, '/', { Cookie: cookie }), () => upgrade(mine, { Cookie: cookie })]) {
        const { status, body } = await asked()
        expect([status, body.includes('This is not the desktop that was started')]).toEqual([502, true])
      }
      expect(await logsOf(second.container)).not.toContain('viewer connected')
      const theirs = await t.addSession(await t.addUser(), {
        host,
        port,
        password: second.password,
        pin: await pinOf(port),
      })
      const entered = await t.enter(theirs)
      const { status, socket } = await upgrade(theirs, { Cookie: entered.cookie })
      expect(status).toBe(101)
      // It does say so of its own.
      const { container } = second
      await until(async () => expect(await logsOf(container)).toContain('viewer connected'))
      socket.destroy()
    } finally {
      await second?.stop()
      await t.close()
    }
  })
})

function pinOf(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256)
      socket.destroy()
    })
    socket.once('error', reject)
  })
}

/** Of this process: browsers, gateway and all. */
function sockets(): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith('socket:')
    } catch {
      return false
    }
  }).length
}
