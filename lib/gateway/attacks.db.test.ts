// What an attacker tries at the door. Each name states the guarantee; each attack is carried out for real, in both origin forms.
import { once } from 'node:events'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { newToken } from '@/lib/secrets/tokens'
import { type Answer, dial, readAnswer, say } from './test-client'
import {
  cookieFor,
  get,
  type OriginForm,
  startTestGateway,
  type TestGateway,
  type TestSession,
  upgrade,
  upgradeText,
} from './test-gateway'
import { until } from './test-until'
import { answerText, type Script, startTestUpstream, type TestUpstream } from './test-upstream'

const plainAnswer = ['HTTP/1.1 200 OK', 'Content-Type: text/html', 'Content-Length: 2', 'Connection: close', '', 'ok']
const accepted = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade', '', '']

describe.each<OriginForm>(['domain', 'port'])(
  'attacks on the gateway, sessions told apart by %s',
  { timeout: 60_000 },
  (form) => {
    let t: TestGateway
    let desktop: TestUpstream
    let script: Script = answerText(...plainAnswer)
    let alices: TestSession
    let mallorys: TestSession
    let alicesCookie: string
    let mallorysToken: string

    const reachOf = ({ host, port, pin }: TestUpstream) => ({ host, port, pin })
    const tokenOf = (cookie: string) => cookie.split('=')[1] ?? ''
    const seen = ({ status, headers, body }: Answer) => ({
      status,
      body,
      headers: [...headers].filter(([name]) => name !== 'date'),
    })

    beforeAll(async () => {
      t = await startTestGateway(form)
      desktop = await startTestUpstream((socket, head) => script(socket, head))
      alices = await t.addSession(await t.addUser(), reachOf(desktop))
      mallorys = await t.addSession(await t.addUser(), reachOf(desktop))
      alicesCookie = (await t.enter(alices)).cookie
      mallorysToken = tokenOf((await t.enter(mallorys)).cookie)
    })
    beforeEach(() => {
      script = answerText(...plainAnswer)
    })
    afterAll(async () => {
      await t.close()
      await desktop.close()
    })

    /** Runs the attack and asserts that no desktop was even connected to. */
    async function untouched<T>(attack: () => Promise<T>): Promise<T> {
      const before = desktop.connections()
      const result = await attack()
      expect(desktop.connections()).toBe(before)
      return result
    }

    /** A session that does not exist, addressed as if it did. */
    function noSession(): TestSession {
      if (form === 'port') return alices
      const id = 'a'.repeat(24)
      const host = alices.host.replace(alices.id, id)
      return { ...alices, id, host, origin: alices.origin.replace(alices.id, id) }
    }

    test('an upgrade or request without a cookie gets the same answer whether the session exists or not, and never reaches a desktop [attack 1]', async () => {
      for (const ask of [get, (of: TestSession) => upgrade(of)]) {
        const answers = [await untouched(() => ask(alices, '/')), await untouched(() => ask(noSession(), '/'))]
        expect(answers[0]?.status).toBe(401)
        expect(seen(answers[0]!)).toEqual(seen(answers[1]!))
      }
    })

    test('another user’s cookie gets the same 404 as an unknown session or a made-up cookie [attack 2]', async () => {
      const stopped = await t.addSession(alices.owner, reachOf(desktop), { state: 'stopped' })
      for (const ask of [
        (of: TestSession, cookie: string) => get(of, '/', { Cookie: cookie }),
        (of: TestSession, cookie: string) => upgrade(of, { Cookie: cookie }),
      ]) {
        const answers: Answer[] = []
        for (const target of [alices, stopped, noSession()]) {
          for (const value of [mallorysToken, newToken()])
            answers.push(await untouched(() => ask(target, cookieFor(target, form, value))))
        }
        expect(answers[0]?.status).toBe(404)
        for (const answer of answers) expect(seen(answer)).toEqual(seen(answers[0]!))
      }
    })

    test('a ticket opens only its own session, and trying it elsewhere does not use it up [attack 2]', async () => {
      const { url } = await t.connect(mallorys)
      const path = url.slice(mallorys.origin.length)
      expect((await get(alices, path)).status).toBe(403)
      expect((await get(mallorys, path)).status).toBe(303)
    })

    test('of twenty browsers with one ticket exactly one gets in [attack 14]', async () => {
      const { url } = await t.connect(mallorys)
      const path = url.slice(mallorys.origin.length)
      const answers = await Promise.all(Array.from({ length: 20 }, () => get(mallorys, path)))
      expect(answers.filter((answer) => answer.status === 303)).toHaveLength(1)
    })

    test('a late ticket is refused', async () => {
      const { url } = await t.connect(mallorys)
      t.clock.aheadMs = 31_000
      try {
        expect((await get(mallorys, url.slice(mallorys.origin.length))).status).toBe(403)
      } finally {
        t.clock.aheadMs = 0
      }
    })

    test('only the session’s exact own origin may open a stream [attack 3]', async () => {
      script = answerText(...accepted)
      const { protocol } = new URL(alices.origin)
      const foreign = [
        'https://evil.example',
        mallorys.origin,
        t.config.publicUrl.origin,
        'null',
        '',
        `${alices.origin}.evil`,
        `${alices.origin}.evil.example`,
        alices.origin.toUpperCase(),
        `${alices.origin}/`,
        `${protocol}//${alices.host.split(':')[0]}`,
        `${protocol}//${alices.host.split(':')[0]}:1`,
        alices.origin.replace('http', 'ws'),
        `${alices.origin} `.concat(alices.origin),
      ]
      for (const origin of foreign) {
        const answer = await untouched(() => upgrade(alices, { Cookie: alicesCookie, Origin: origin }))
        expect([origin, answer.status]).toEqual([origin, 403])
      }
      const twice = upgradeText(alices, { Cookie: alicesCookie }).replace('Origin:', 'Origin: https://evil.example\r\nOrigin:')
      expect((await untouched(() => say(alices.to, twice))).status).toBe(403)
      const own = await upgrade(alices, { Cookie: alicesCookie })
      expect(own.status).toBe(101)
      own.socket.destroy()
    })

    test('another desktop’s page cannot fetch, embed or register anything of this one [attack 4]', async () => {
      for (const site of ['same-site', 'cross-site']) {
        const headers = { Cookie: alicesCookie, 'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'script' }
        expect((await untouched(() => get(alices, '/assets/ui.js', headers))).status).toBe(403)
      }
      const worker = {
        Cookie: alicesCookie,
        'Sec-Fetch-Site': 'same-origin',
        'Sec-Fetch-Mode': 'same-origin',
        'Service-Worker': 'script',
      }
      expect((await untouched(() => get(alices, '/sw.js', worker))).status).toBe(404)
      const navigation = {
        Cookie: alicesCookie,
        'Sec-Fetch-Site': 'cross-site',
        'Sec-Fetch-Mode': 'navigate',
        'Sec-Fetch-Dest': 'iframe',
      }
      const answer = await get(alices, '/vnc.html', navigation)
      expect(answer.status).toBe(200)
      expect(answer.headers.get('cross-origin-resource-policy')).toEqual(['same-origin'])
    })

    test('a desktop can set no cookie, policy, redirect or other header for its viewers [attack 4, 5, 14]', async () => {
      const origin = t.config.publicUrl.origin
      script = answerText(
        'HTTP/1.1 200 OK',
        `Set-Cookie: ${alicesCookie}; Domain=localhost`,
        'Set-Cookie: next-auth.session-token=x; Domain=localhost; Path=/',
        'Content-Security-Policy: frame-ancestors *',
        'Access-Control-Allow-Origin: *',
        'Clear-Site-Data: "*"',
        'Service-Worker-Allowed: /',
        'Location: https://evil.example/',
        'Refresh: 0; url=https://evil.example/',
        'Link: <https://evil.example/>; rel=preload',
        'Strict-Transport-Security: max-age=1',
        'Server: KasmVNC/4.0',
        'X-Frame-Options: DENY',
        'Content-Length: 0',
        '',
        '',
      )
      const { headers, status } = await get(alices, '/', { Cookie: alicesCookie })
      expect(status).toBe(200)
      expect(headers.get('content-security-policy')).toEqual([`frame-ancestors ${origin}`])
      const known = ['cache-control', 'connection', 'content-length', 'content-security-policy', 'cross-origin-opener-policy']
      const more = ['cross-origin-resource-policy', 'date', 'permissions-policy', 'referrer-policy', 'x-content-type-options']
      expect([...headers.keys()].sort()).toEqual([...known, ...more])
    })

    test('a redirect to another place or to a listing is not followed, one within the desktop is [attack 4, 17]', async () => {
      const refused = [
        'https://evil.example/',
        '//evil.example/',
        'javascript:alert(1)',
        'https://session/Downloads/',
        '/%2fevil.example',
        '\\\\evil\\x',
      ]
      for (const location of refused) {
        script = answerText('HTTP/1.1 301 Moved', `Location: ${location}`, 'Content-Length: 0', '', '')
        const answer = await get(alices, '/Downloads', { Cookie: alicesCookie })
        expect([location, answer.status, answer.headers.has('location')]).toEqual([location, 404, false])
      }
      script = answerText('HTTP/1.1 301 Moved', 'Location: https://session/vnc.html', 'Content-Length: 0', '', '')
      expect((await get(alices, '/x', { Cookie: alicesCookie })).headers.get('location')).toEqual(['/vnc.html'])
    })

    test('the desktop gets our credentials and nothing of the browser’s, on requests and upgrades [attack 6]', async () => {
      const secrets = {
        Cookie: `${alicesCookie}; __Secure-next-auth.session-token=secret; other=secret`,
        Authorization: 'Bearer secret',
        Referer: `${t.config.publicUrl.origin}/api/secret`,
        'X-Forwarded-For': '203.0.113.9',
        'X-Forwarded-User': 'secret',
        'X-Forwarded-Host': 'secret',
        Forwarded: 'for=secret',
        'X-Anything': 'secret'.repeat(500),
        'User-Agent': 'secret',
        'Sec-WebSocket-Extensions': 'permessage-deflate; secret',
      }
      await get(alices, '/vnc.html?secret=/api/', secrets)
      script = answerText(...accepted)
      const { socket } = await upgrade(alices, secrets)
      socket.destroy()
      for (const head of desktop.received.slice(-2)) {
        expect(head).not.toContain('secret')
        expect(head).not.toContain('/api/')
        expect(head.match(/^Authorization: Basic [A-Za-z0-9+/=]+\r$/gm)).toHaveLength(1)
        expect(head.match(/^X-Forwarded-For: 127\.0\.0\.1\r$/gm)).toHaveLength(1)
        expect(head.match(/^(Cookie|Referer|Forwarded|X-Forwarded-(?!For))/gim)).toBeNull()
        expect(head.length).toBeLessThan(4096)
        for (const line of head.split('\r\n')) expect(line.length).toBeLessThan(1024)
      }
      expect(desktop.received.at(-1)).toMatch(/^Origin: https:\/\/session\r$/m)
      expect(desktop.received.at(-1)).toMatch(/^Sec-WebSocket-Protocol: binary\r$/m)
    })

    test('no host, target or header names another place than the session’s own [attack 7]', async () => {
      const [name, port] = alices.host.split(':')
      const hosts = [
        `${alices.host}@evil.example`,
        `evil.example@${alices.host}`,
        `${name}.:${port}`,
        `${name?.toUpperCase()}:${port}`,
        `${name}:1`,
        `x${alices.host}`,
        `x.${alices.host}`,
        `${name}.evil.example`,
        `${name}%00.evil.example`,
        `[::1]:${port}`,
      ]
      for (const host of hosts) {
        const answer = await untouched(() => get(alices, '/', { Host: host, Cookie: alicesCookie }).catch(() => null))
        expect([host, answer?.body.startsWith('portal') || (answer?.status ?? 400) >= 400]).toEqual([host, true])
      }
      const targets = [
        'http://evil.example/',
        `http://${mallorys.host}/`,
        '//evil.example/',
        '*',
        'evil.example:80',
        '/@evil.example/',
      ]
      for (const target of targets.slice(0, 5)) {
        expect((await untouched(() => get(alices, target, { Cookie: alicesCookie }))).status).toBeGreaterThanOrEqual(400)
      }
      const twoHosts = `GET / HTTP/1.1\r\nHost: ${alices.host}\r\nHost: ${mallorys.host}\r\nCookie: ${alicesCookie}\r\n\r\n`
      expect((await untouched(() => say(alices.to, twoHosts))).status).toBe(400)
      const before = desktop.received.length
      await get(alices, '/', { Cookie: alicesCookie, 'X-Forwarded-Host': mallorys.host, 'X-Original-URL': '/api/x' })
      expect(desktop.received.slice(before)).toEqual([expect.stringMatching(/^GET \/ HTTP\/1.1\r\nHost: session\r\n/)])
    })

    test('no path reaches the desktop that two parsers could read in two ways, nor its API, nor a listing [attack 8]', async () => {
      const paths = [
        ...[
          '/..',
          '/../x',
          '/a/../b',
          '/./x',
          '/%2e%2e/x',
          '/..%2fx',
          '/a%2f..%2fb',
          '/%252e%252e/x',
          '/..;/x',
          '/a;b',
          '/a\\b',
          '/%5cx',
        ],
        ...['/%00', '/a%00.js', '//', '//x', '/a//b', '/a/', '/Downloads/', '/app/', '/.git', '/a b'.replace(' ', '%20')],
        ...[
          '/api',
          '/api/',
          '/api/get_screenshot',
          '/API/x',
          '/x/api/y',
          '/%61pi/x',
          '/api;x/y',
          '/ap%69/x',
          `/${'a'.repeat(600)}`,
        ],
        ...['/.berth/', '/.berth/other', '/.berth'],
      ]
      for (const path of paths) {
        for (const ask of [
          () => get(alices, path, { Cookie: alicesCookie }),
          () => upgrade(alices, { Cookie: alicesCookie }, path),
        ]) {
          const answer = await untouched(ask)
          expect([path, answer.status]).toEqual([path, 404])
        }
      }
      for (const path of [
        '/vnc.html',
        '/assets/ui-BxY_9-z.js',
        '/app/locale/de.json',
        '/core/decoders/qoi/qoi.wasm',
        '/Downloads/Downloads/a.txt',
      ]) {
        await get(alices, path, { Cookie: alicesCookie })
        expect(desktop.received.at(-1)?.startsWith(`GET ${path} HTTP/1.1\r\n`)).toBe(true)
      }
    })

    test('a request that hides another one is refused and its connection closed [attack 9]', async () => {
      const head = `Host: ${alices.host}\r\nCookie: ${alicesCookie}\r\n`
      const hidden = `GET /hidden HTTP/1.1\r\nHost: ${mallorys.host}\r\n\r\n`
      const smuggles = [
        `GET / HTTP/1.1\r\n${head}Content-Length: ${hidden.length}\r\n\r\n${hidden}`,
        `GET / HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
        `POST / HTTP/1.1\r\n${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
        `POST / HTTP/1.1\r\n${head}Content-Length: 0\r\nContent-Length: 5\r\n\r\n${hidden}`,
        `POST / HTTP/1.1\r\n${head}Transfer-Encoding: xchunked\r\n\r\n${hidden}`,
        `POST / HTTP/1.1\r\n${head}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${hidden}`,
        `GET / HTTP/1.1\r\n${head}X: y\nHost: evil.example\r\n\r\n`,
      ]
      for (const text of smuggles) {
        await untouched(async () => {
          const socket = await dial(alices.to)
          const closed = once(socket, 'close')
          socket.write(text, 'latin1')
          const answer = await readAnswer(socket)
          expect([text, [400, 405].includes(answer.status)]).toEqual([text, true])
          expect(answer.headers.get('connection')).toEqual(['close'])
          await closed
        })
      }
      expect(desktop.received.some((received) => received.includes('/hidden'))).toBe(false)
    })

    test('of several requests on one connection each is judged for itself [attack 9]', async () => {
      const foreign = cookieFor(mallorys, form, mallorysToken)
      const ask = (cookie: string) =>
        `GET /vnc.html HTTP/1.1\r\nHost: ${alices.host}\r\n${cookie ? `Cookie: ${cookie}\r\n` : ''}\r\n`
      const socket = await dial(alices.to)
      let received = ''
      socket.on('data', (chunk: Buffer) => {
        received += chunk.toString('latin1')
      })
      const before = desktop.received.length
      const statuses = () => [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => match[1])
      socket.write([ask(alicesCookie), ask(''), ask(foreign)].join(''), 'latin1')
      await until(() => expect(statuses()).toEqual(['200', '401', '404']))
      socket.write(upgradeText(alices, { Cookie: foreign }), 'latin1')
      await until(() => expect(statuses()).toEqual(['200', '401', '404', '404']))
      expect(desktop.received.length).toBe(before + 1)
      socket.destroy()
    })

    test('an upgrade behind a request that is not answered yet ends the connection and leaves nothing behind [attack 10]', async () => {
      const held: (() => void)[] = []
      script = (socket) => held.push(() => socket.end(plainAnswer.join('\r\n')))
      const socket = await dial(alices.to)
      let received = ''
      socket.on('data', (chunk: Buffer) => {
        received += chunk.toString('latin1')
      })
      const closed = once(socket, 'close')
      const first = `GET /vnc.html HTTP/1.1\r\nHost: ${alices.host}\r\nCookie: ${alicesCookie}\r\n\r\n`
      socket.write(first + upgradeText(alices, { Cookie: alicesCookie }), 'latin1')
      await closed
      expect(received).toBe('')
      for (const answer of held) answer()
      await until(() => expect([desktop.open(), t.gateway.stats().streams, t.gateway.stats().requests]).toEqual([0, 0, 0]))
    })

    test('odd upgrades are refused and leave no socket behind [attack 10]', async () => {
      const odd = [
        upgradeText(alices, { Cookie: alicesCookie, 'Sec-WebSocket-Key': '' }),
        upgradeText(alices, { Cookie: alicesCookie, 'Sec-WebSocket-Key': 'x'.repeat(2000) }),
        upgradeText(alices, { Cookie: alicesCookie, 'Sec-WebSocket-Version': '8' }),
        upgradeText(alices, { Cookie: alicesCookie, 'Sec-WebSocket-Protocol': `a${'b'.repeat(2000)}` }),
        upgradeText(alices, { Cookie: alicesCookie, Upgrade: 'h2c' }),
        upgradeText(alices, { Cookie: alicesCookie }).replace('GET', 'POST'),
        `${upgradeText(alices, { Cookie: alicesCookie })}early bytes`,
      ]
      for (const text of odd) {
        const answer = await untouched(() => say(alices.to, text))
        expect([text.slice(0, 60), answer.status]).toEqual([text.slice(0, 60), 400])
      }
      const huge = await untouched(() => get(alices, '/', { Cookie: alicesCookie, 'X-Huge': 'x'.repeat(1_000_000) }))
      expect(huge.status).toBe(431)
      await Promise.all(
        Array.from({ length: 200 }, async () => {
          const socket = await dial(alices.to)
          socket.write(upgradeText(alices, { Cookie: alicesCookie }))
          socket.resetAndDestroy()
        }),
      )
      await until(() => expect([desktop.open(), t.gateway.stats().streams, t.gateway.stats().requests]).toEqual([0, 0, 0]))
    })

    test('of a target with a # a desktop sees what stands before it, in a request and in an upgrade [attack 8, 10]', async () => {
      const asks: [Script, number, (path: string) => Promise<Answer>][] = [
        [answerText(...plainAnswer), 200, (path) => get(alices, path, { Cookie: alicesCookie })],
        [(socket) => socket.write(accepted.join('\r\n')), 101, (path) => upgrade(alices, { Cookie: alicesCookie }, path)],
      ]
      for (const [answers, status, ask] of asks) {
        script = answers
        for (const target of ['/vnc.html#/../api/x', '/vnc.html#?/api/x', '/vnc.html?x#/api/x']) {
          const before = desktop.received.length
          const answer = await ask(target)
          answer.socket.destroy()
          const [head = '', ...more] = desktop.received.slice(before)
          expect([target, answer.status, head.split('\r\n')[0], more]).toEqual([target, status, 'GET /vnc.html HTTP/1.1', []])
          expect(head).not.toContain('api')
        }
        expect((await untouched(() => ask('/api/x#/../vnc.html'))).status).toBe(404)
      }
      await until(() => expect([desktop.open(), t.gateway.stats().streams]).toEqual([0, 0]))
    })

    test('no error page repeats anything of the request [attack 13]', async () => {
      const markup = '<script>alert(1)</script>'
      const attempts = [
        get(alices, `/${markup}`, { Cookie: alicesCookie }),
        get(alices, `/.berth/enter?ticket=${markup}`),
        get(alices, '/', { Host: `${markup}.localhost:${t.portalPort}` }),
        get(alices, '/', { Cookie: `${alicesCookie.split('=')[0]}=${markup}` }),
        upgrade(alices, { Cookie: alicesCookie, Origin: markup }),
      ]
      for (const attempt of attempts) {
        const answer = await attempt
        expect(answer.status).toBeGreaterThanOrEqual(400)
        expect(answer.body).not.toContain('alert')
        expect(answer.body).not.toContain(alices.id)
        if (answer.body.length === 0) continue
        expect(answer.headers.get('content-type')).toEqual(['text/html; charset=utf-8'])
        expect(answer.headers.get('x-content-type-options')).toEqual(['nosniff'])
        expect(answer.headers.get('content-security-policy')?.[0]).toMatch(/^default-src 'none'; .*frame-ancestors /)
      }
    })

    test('nothing but GET and HEAD reaches a desktop [attack 9]', async () => {
      for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE']) {
        const answer = await untouched(() => get(alices, '/', { Cookie: alicesCookie, 'Content-Length': '0' }, method))
        expect([method, answer.status, answer.headers.get('allow')]).toEqual([method, 405, ['GET, HEAD']])
      }
    })

    test('a desktop that answers nonsense hurts nobody [attack 14]', async () => {
      const nonsense = [
        '\u0000\u0001\u0002\r\n\r\n',
        'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n',
        `HTTP/1.1 200 OK\r\nX: ${'y'.repeat(99_999)}\r\n\r\n`,
        'HTTP/1.1 101 Switching Protocols\r\n\r\n',
      ]
      for (const text of [...nonsense, accepted.join('\r\n'), 'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\n\r\n']) {
        script = (socket) => socket.end(text)
        const answer = await get(alices, '/', { Cookie: alicesCookie })
        expect([text.slice(0, 40), answer.status, answer.headers.has('www-authenticate')]).toEqual([
          text.slice(0, 40),
          502,
          false,
        ])
        if (!text.includes(' 101 ')) expect((await upgrade(alices, { Cookie: alicesCookie })).status).toBe(502)
      }
    })

    test('a desktop that answers with another certificate than that of its start never learns the password [attack 20]', async () => {
      const impostor = await startTestUpstream(answerText(...plainAnswer))
      try {
        const session = await t.addSession(alices.owner, { ...reachOf(desktop), port: impostor.port })
        const { cookie } = await t.enter(session)
        for (const answer of [await get(session, '/', { Cookie: cookie }), await upgrade(session, { Cookie: cookie })]) {
          expect([answer.status, answer.body.includes('wrong_certificate')]).toEqual([502, true])
        }
        expect(impostor.connections()).toBe(2)
        expect(impostor.received.join('')).toBe('')
        await until(() => expect(impostor.open()).toBe(0))
        const unpinned = await t.addSession(alices.owner, { ...reachOf(impostor), pin: null })
        const entered = await t.enter(unpinned)
        expect((await get(unpinned, '/', { Cookie: entered.cookie })).status).toBe(502)
        expect(impostor.connections()).toBe(2)
      } finally {
        await impostor.close()
      }
    })
  },
)
