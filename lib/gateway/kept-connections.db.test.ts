// Desktops that leave their connections open, unlike KasmVNC, and what a hostile one could make of it.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { get, startTestGateway, type TestGateway, type TestSession } from './test-gateway'
import { startTalkingDesktop, type TalkingDesktop } from './test-talking-desktop'
import { until } from './test-until'

describe('connections that a desktop leaves open', { timeout: 60_000 }, () => {
  let t: TestGateway
  let desktop: TalkingDesktop
  let session: TestSession
  let cookie: string

  const whole = (body: string, more = '') => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n${more}\r\n${body}`
  const ask = async (path: string, of = session, by = cookie) => {
    const { status, body } = await get(of, path, { Cookie: by })
    return [status, body]
  }

  beforeAll(async () => {
    t = await startTestGateway('domain')
    desktop = await startTalkingDesktop()
    session = await t.addSession(await t.addUser(), desktop)
    cookie = (await t.enter(session)).cookie
  })
  beforeEach(() => {
    desktop.answer = ({ path, socket }) => void socket.write(whole(path))
    desktop.asked.splice(0)
  })
  afterEach(() => until(() => expect(desktop.open()).toBe(0)))
  afterAll(async () => {
    await t.close()
    await desktop.close()
  })

  /** Numbers of the connections that the requests came over, in order. */
  const connectionsOf = () => {
    const first = desktop.asked[0]?.connection ?? 0
    return desktop.asked.map(({ connection }) => connection - first)
  }

  test('carry the next request to the same desktop, and are let go when none comes', async () => {
    for (const path of ['/a', '/b', '/c']) expect(await ask(path)).toEqual([200, path])
    expect(connectionsOf()).toEqual([0, 0, 0])
    expect(t.gateway.stats().requests).toBe(0)
  })

  test('carry one request at a time', async () => {
    const waiting: (() => void)[] = []
    desktop.answer = ({ path, socket }) => void waiting.push(() => socket.write(whole(path)))
    const answers = Promise.all(['/a', '/b', '/c'].map((path) => ask(path)))
    await until(() => expect(waiting).toHaveLength(3))
    for (const say of waiting.reverse()) say()
    expect(await answers).toEqual([
      [200, '/a'],
      [200, '/b'],
      [200, '/c'],
    ])
    expect(new Set(connectionsOf()).size).toBe(3)
  })

  test('wait only as many at a time as a browser asks over', async () => {
    const waiting: (() => void)[] = []
    desktop.answer = ({ path, socket }) => void waiting.push(() => socket.write(whole(path)))
    const answers = Promise.all(Array.from({ length: 10 }, (_, index) => ask(`/${index}`)))
    await until(() => expect(waiting).toHaveLength(10))
    for (const say of waiting) say()
    await answers
    await until(() => expect(desktop.open()).toBeLessThanOrEqual(6))
  })

  test.each([
    ['says that it closes', 'Connection: close\r\n'],
    ['says more than one thing about it', 'Connection: keep-alive, close\r\n'],
  ])('are not used again where the desktop %s', async (_, header) => {
    desktop.answer = ({ path, socket }) => void socket.write(whole(path, header))
    for (const path of ['/a', '/b']) expect(await ask(path)).toEqual([200, path])
    expect(connectionsOf()).toEqual([0, 1])
  })

  test('are used again after an answer in chunks, and not after one of HTTP/1.0', async () => {
    desktop.answer = ({ socket }) =>
      void socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n')
    for (const path of ['/a', '/b']) expect(await ask(path)).toEqual([200, expect.stringContaining('hello')])
    expect(connectionsOf()).toEqual([0, 0])
    desktop.answer = ({ socket }) => void socket.write('HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok')
    for (const path of ['/c', '/d']) expect(await ask(path)).toEqual([200, 'ok'])
    expect(connectionsOf().slice(2)).toEqual([0, 1])
  })

  test.each([
    ['of a length', whole('/a')],
    ['in chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n/a\r\n0\r\n\r\n'],
    ['without a body', 'HTTP/1.1 304 Not Modified\r\n\r\n'],
  ])(
    'are not used again where more stood behind an answer %s: the rest of it may still be on its way [attack 14]',
    async (_, answer) => {
      desktop.answer = ({ path, socket }) => void socket.write(path === '/a' ? `${answer}HTTP/1.1 200 OK\r\n` : whole(path))
      await ask('/a')
      expect(await ask('/b')).toEqual([200, '/b'])
      expect(connectionsOf()).toEqual([0, 1])
    },
  )

  test('never carry what the desktop said behind an answer into the next one [attack 14]', async () => {
    const poison = whole('poison', 'Set-Cookie: a=b\r\n')
    const slips: ((socket: { write(text: string): unknown }) => void)[] = [
      (socket) => socket.write(whole('/a') + poison),
      (socket) => socket.write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n/a\r\n0\r\n\r\n${poison}`),
      (socket) => socket.write(`HTTP/1.1 304 Not Modified\r\n\r\n${poison}`),
      (socket) => {
        socket.write(whole('/a'))
        setImmediate(() => socket.write(poison))
      },
    ]
    for (const slip of slips) {
      desktop.answer = ({ path, socket }) => (path === '/a' ? slip(socket) : void socket.write(whole(path)))
      await ask('/a')
      await until(() => expect(desktop.open()).toBe(0))
      expect(await ask('/b')).toEqual([200, '/b'])
    }
  })

  test('belong to one session, also where two are said to answer at one address [attack 14]', async () => {
    const other = await t.addSession(session.owner, desktop)
    const others = (await t.enter(other)).cookie
    expect(await ask('/a')).toEqual([200, '/a'])
    expect(await ask('/b', other, others)).toEqual([200, '/b'])
    expect(connectionsOf()).toEqual([0, 1])
  })

  test('belong to one start of the container: another at the same address is dialled anew, and its certificate looked at [attack 14]', async () => {
    expect(await ask('/a')).toEqual([200, '/a'])
    expect(desktop.open()).toBe(1)
    await t.db.session.update({ where: { id: session.id }, data: { containerStartedAt: 'second' } })
    await until(() => expect(desktop.open()).toBe(0))
    expect(await ask('/b')).toEqual([200, '/b'])
    expect(connectionsOf()).toEqual([0, 1])
  })

  test('end with the session', async () => {
    const own = await t.addSession(session.owner, desktop)
    const entered = await t.enter(own)
    expect(await ask('/a', own, entered.cookie)).toEqual([200, '/a'])
    expect(desktop.open()).toBe(1)
    await t.db.session.update({ where: { id: own.id }, data: { state: 'stopped' } })
    await until(() => expect(desktop.open()).toBe(0))
  })

  test('that close just as they are asked cost nobody an answer', async () => {
    let silentOnes = 0
    desktop.answer = ({ path, index, socket }) => {
      if (index === 0) return void socket.write(whole(path))
      silentOnes++
      socket.destroy()
    }
    expect(await ask('/a')).toEqual([200, '/a'])
    expect(await ask('/b')).toEqual([200, '/b'])
    expect([silentOnes, connectionsOf()]).toEqual([1, [0, 0, 1]])
  })

  test('that break off within an answer are not asked again', async () => {
    desktop.answer = ({ path, index, socket }) => {
      if (index === 0) return void socket.write(whole(path))
      socket.write('HTTP/1.1 200 OK\r\n', () => socket.destroy())
    }
    expect(await ask('/a')).toEqual([200, '/a'])
    expect((await ask('/b'))[0]).toBe(502)
    expect(connectionsOf()).toEqual([0, 0])
  })
})
