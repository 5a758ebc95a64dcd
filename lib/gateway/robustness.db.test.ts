// Desktops that freeze, die or stall, viewers that leave at the worst moment, a database that goes away: nothing leaks, nobody else notices.
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { dial } from './test-client'
import { get, type OriginForm, startTestGateway, type TestGateway, type TestSession, upgrade, upgradeText } from './test-gateway'
import { until } from './test-until'
import { type Script, startTestUpstream, type TestUpstream } from './test-upstream'
import { mostWaiting } from './waiting-room'

const accepted = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'
const silent: Script = () => {}

describe.each<OriginForm>(['domain', 'port'])('robustness, sessions told apart by %s', { timeout: 90_000 }, (form) => {
  let t: TestGateway
  let desktop: TestUpstream
  let script: Script = silent
  let session: TestSession
  let cookie: string

  beforeAll(async () => {
    // Nothing here may end because a desktop was given up.
    t = await startTestGateway(form, { firstAnswerMs: 600_000, holdMs: 600_000 })
    desktop = await startTestUpstream((socket, head) => script(socket, head))
    session = await t.addSession(await t.addUser(), { host: desktop.host, port: desktop.port, pin: desktop.pin })
    cookie = (await t.enter(session)).cookie
  })
  afterAll(async () => {
    await t.close()
    await desktop.close()
  })

  const atBase = () =>
    until(() => expect([desktop.open(), t.gateway.stats().streams, t.gateway.stats().requests]).toEqual([0, 0, 0]))

  afterEach(atBase)

  const getText = (path = '/') => `GET ${path} HTTP/1.1\r\nHost: ${session.host}\r\nCookie: ${cookie}\r\n\r\n`

  test.each(['destroy', 'end', 'resetAndDestroy'] as const)(
    'a hundred viewers of a frozen desktop leave by %s and no socket stays [attack 11]',
    async (how) => {
      script = silent
      const before = desktop.received.length
      const viewers = await Promise.all(
        Array.from({ length: 100 }, async (_, index) => {
          const socket = await dial(session.to)
          socket.write(index % 2 ? upgradeText(session, { Cookie: cookie }) : getText())
          return socket
        }),
      )
      await until(() =>
        expect(desktop.received.slice(before).filter((received) => received.includes('\r\n\r\n'))).toHaveLength(100),
      )
      expect(t.gateway.stats()).toMatchObject({ streams: 50, requests: 50 })
      for (const socket of viewers) socket.resume()[how]()
    },
  )

  test('a hundred streams whose desktop went silent end with their viewers [attack 11]', async () => {
    script = (socket) => socket.write(accepted)
    const answers = await Promise.all(Array.from({ length: 100 }, () => upgrade(session, { Cookie: cookie })))
    expect(t.gateway.stats().streams).toBe(100)
    for (const { socket } of answers) socket.destroy()
  })

  test('a download that its viewer drops is dropped at the desktop [attack 12]', async () => {
    script = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n')
      const more = () => {
        while (!socket.destroyed && socket.write(Buffer.alloc(65_536)));
        if (!socket.destroyed) socket.once('drain', more)
      }
      more()
    }
    const socket = await dial(session.to)
    socket.write(getText('/big.bin'))
    await once(socket, 'data')
    socket.pause()
    expect(t.gateway.stats().requests).toBe(1)
    socket.destroy()
  })

  test('an answer that breaks off in the middle breaks off for the browser too, instead of looking whole', async () => {
    script = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf')
      socket.end()
    }
    const socket = await dial(session.to)
    let received = ''
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1')
    })
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.write(getText())
    await closed
    expect(received).toMatch(/content-length: 1000/i)
  })

  test('a right that ends while the desktop is being asked ends the asking', async () => {
    script = silent
    const own = await t.addSession(session.owner, { host: desktop.host, port: desktop.port, pin: desktop.pin })
    const entered = await t.enter(own)
    const socket = await dial(own.to)
    const closed = once(socket.resume(), 'close')
    socket.write(upgradeText(own, { Cookie: entered.cookie }))
    await until(() => expect(t.gateway.stats().streams).toBe(1))
    await t.db.session.update({ where: { id: own.id }, data: { state: 'stopped' } })
    await closed
  })

  test('what a desktop says together with its agreement reaches the viewer, once', async () => {
    script = (socket) => socket.write(`${accepted}at once`)
    const { socket } = await upgrade(session, { Cookie: cookie })
    let received = ''
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1')
    })
    socket.resume()
    await until(() => expect(received).toBe('at once'))
    socket.destroy()
  })

  test('a desktop that never answers is given up [attack 11]', async () => {
    script = silent
    const impatient = await startTestGateway(form, { firstAnswerMs: 100 })
    try {
      const own = await impatient.addSession(await impatient.addUser(), {
        host: desktop.host,
        port: desktop.port,
        pin: desktop.pin,
      })
      const entered = await impatient.enter(own)
      expect((await get(own, '/', { Cookie: entered.cookie })).status).toBe(502)
      expect((await upgrade(own, { Cookie: entered.cookie })).status).toBe(502)
    } finally {
      await impatient.close()
    }
  })

  test('a desktop that is not there is said to be not there, and its agent if that is why', async () => {
    const gone = await startTestUpstream(silent)
    await gone.close()
    const own = await t.addSession(session.owner, { host: gone.host, port: gone.port, pin: gone.pin })
    const entered = await t.enter(own)
    const answer = await get(own, '/', { Cookie: entered.cookie })
    expect([answer.status, answer.body.includes('The desktop does not answer')]).toEqual([502, true])
    expect((await upgrade(own, { Cookie: entered.cookie })).status).toBe(502)
    await t.db.agent.create({ data: { id: own.id, name: own.id, kind: 'socket', unreachableSince: new Date() } })
    await t.db.session.update({ where: { id: own.id }, data: { agentId: own.id } })
    await until(async () => expect((await get(own, '/', { Cookie: entered.cookie })).body).toContain('agent_unreachable'))
  })

  test('only so many viewers wait for a desktop that starts, of one browser and of one session, and others once those have left [attack 12]', async () => {
    const { perViewer, perSession } = mostWaiting
    const addStarting = async () =>
      t.addSession(
        await t.addUser(),
        { host: desktop.host, port: desktop.port, pin: desktop.pin },
        { state: 'starting', fitsViewer: true },
      )
    const starting = await addStarting()
    const waiting: Socket[] = []
    const wait = async (to: TestSession, by: string, count: number) => {
      const before = waiting.length
      for (let index = 0; index < count; index++) {
        const viewer = await dial(to.to)
        viewer.write(upgradeText(to, { Cookie: by }), 'latin1')
        waiting.push(viewer)
      }
      await until(() => expect(t.gateway.stats().streams).toBe(before + count))
    }
    const another = async () => (await t.enter(starting, await t.signIn(starting.owner))).cookie
    const expectRefused = async (by: string) => {
      const { status, body } = await upgrade(starting, { Cookie: by })
      expect([status, body]).toEqual([503, expect.stringContaining('Too many windows')])
    }
    const first = await another()
    await wait(starting, first, perViewer)
    await expectRefused(first)
    for (let full = perViewer; full < perSession; full += perViewer) await wait(starting, await another(), perViewer)
    const late = await another()
    await expectRefused(late)
    // Nobody else's desktop is full.
    const other = await addStarting()
    await wait(other, (await t.enter(other)).cookie, 1)
    for (const viewer of waiting.splice(0)) viewer.destroy()
    await until(() => expect(t.gateway.stats().streams).toBe(0))
    await wait(starting, late, 1)
    waiting[0]?.destroy()
  })

  test('while the database is gone streams go on, and after half a minute nobody new comes in until it is back', async () => {
    script = (socket) => socket.write(accepted)
    const { socket } = await upgrade(session, { Cookie: cookie })
    await t.db.$executeRawUnsafe('ALTER TABLE "Grant" RENAME TO "GrantAway"')
    try {
      const unknown = await get(session, '/', { Cookie: cookie.replace(/=.*/, `=${'A'.repeat(43)}`) })
      expect([unknown.status, unknown.body.includes('unknown_rights')]).toEqual([503, true])
      t.clock.aheadMs = 31_000
      expect((await upgrade(session, { Cookie: cookie })).status).toBe(503)
      expect(socket.destroyed).toBe(false)
    } finally {
      await t.db.$executeRawUnsafe('ALTER TABLE "GrantAway" RENAME TO "Grant"')
    }
    await until(async () => {
      const again = await upgrade(session, { Cookie: cookie })
      again.socket.destroy()
      expect(again.status).toBe(101)
    })
    t.clock.aheadMs = 0
    socket.destroy()
  })
})
