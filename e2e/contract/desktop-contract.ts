// What the portal relies on in every desktop image, whoever made it. It runs against our own image in a container and
// against the strict stand-in: a difference between the two is a bug in one of them.
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RawAnswer, rawRequest, rawUpgrade } from './raw-request'
import { basicAuthorization, type DesktopAddress, probeFirstFrame } from './rfb-probe'

export type RunningDesktop = DesktopAddress & { stop(): Promise<void> }

// The example key of RFC 6455 and the answer it must get.
const webSocketKey = 'dGhlIHNhbXBsZSBub25jZQ=='
const webSocketAccept = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='

export function desktopContract(start: () => Promise<RunningDesktop>): void {
  let desktop: RunningDesktop
  let client = 0

  beforeAll(async () => {
    desktop = await start()
  })
  afterAll(async () => {
    await desktop?.stop()
  })

  /** A request line by line. Each comes from a client of its own, so that refusals do not add up to a lock-out. */
  const lines = (first: string, headers: string[]) => {
    client += 1
    return [`${first} HTTP/1.1`, `Host: ${desktop.host}:${desktop.port}`, `X-Forwarded-For: 192.0.2.${client}`, ...headers]
  }
  const credentials = (password = desktop.password) => `Authorization: ${basicAuthorization(desktop.user, password)}`
  const get = (path: string, ...headers: string[]): Promise<RawAnswer> => rawRequest(desktop, lines(`GET ${path}`, headers))
  const upgradeHeaders = [
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${webSocketKey}`,
  ]
  const origin = 'Origin: https://session'
  const protocol = 'Sec-WebSocket-Protocol: binary'
  const upgrade = async (path: string, ...headers: string[]) => {
    const answer = await rawUpgrade(desktop, lines(`GET ${path}`, [...upgradeHeaders, ...headers]))
    answer.socket.destroy()
    return answer
  }

  describe('without the right password', () => {
    test('a page is 401 and asks for Basic credentials', async () => {
      const answer = await get('/')
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toMatch(/^Basic realm=/)
      expect(answer.body.toString()).not.toContain('<html')
    })

    test.each(['/vnc.html', '/no-such-file', '/api/get_users', '/Downloads/'])('%s is 401 like everything else', async (path) => {
      expect((await get(path)).status).toBe(401)
    })

    test('a wrong password, a wrong user and nonsense are 401', async () => {
      expect((await get('/', credentials('not-the-password'))).status).toBe(401)
      expect((await get('/', `Authorization: ${basicAuthorization('root', desktop.password)}`)).status).toBe(401)
      expect((await get('/', 'Authorization: Basic %%%')).status).toBe(401)
      expect((await get('/', 'Authorization: Bearer x')).status).toBe(401)
    })

    test('a WebSocket is 401', async () => {
      expect((await upgrade('/websockify', origin, protocol)).status).toBe(401)
      expect((await upgrade('/websockify', origin, protocol, credentials('not-the-password'))).status).toBe(401)
    })
  })

  describe('with the password', () => {
    test.each(['/', '/vnc.html', '/vnc.html?path=websockify&resize=remote'])('%s is the viewer page, whole', async (path) => {
      const answer = await get(path, credentials())
      expect(answer.status).toBe(200)
      expect(answer.headers.get('content-type')).toMatch(/^text\/html/)
      expect(Number(answer.headers.get('content-length'))).toBe(answer.body.length)
      expect(answer.headers.get('connection')?.toLowerCase()).toBe('close')
    })

    test('an unknown file is 404', async () => {
      expect((await get('/no-such-file', credentials())).status).toBe(404)
    })

    test.each(['/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '//etc/passwd'])('%s leads nowhere', async (path) => {
      expect((await get(path, credentials())).status).toBe(404)
    })

    test('only GET is served', async () => {
      for (const method of ['HEAD', 'POST', 'PUT']) {
        const answer = await rawRequest(desktop, lines(`${method} /`, [credentials(), 'Content-Length: 0']))
        expect(answer.status, method).toBeGreaterThanOrEqual(400)
      }
    })
  })

  describe('the WebSocket', () => {
    test.each(['/websockify', '/any/path/at/all'])('opens at %s, binary and without extensions', async (path) => {
      const offered = 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits'
      const answer = await upgrade(path, origin, protocol, offered, credentials())
      expect(answer.status).toBe(101)
      expect(answer.headers.get('sec-websocket-accept')).toBe(webSocketAccept)
      expect(answer.headers.get('sec-websocket-protocol')).toBe('binary')
      expect(answer.headers.has('sec-websocket-extensions')).toBe(false)
    })

    test('is 404 without an Origin or without a subprotocol', async () => {
      expect((await upgrade('/websockify', protocol, credentials())).status).toBe(404)
      expect((await upgrade('/websockify', origin, credentials())).status).toBe(404)
    })

    test('carries RFB to the first picture', async () => {
      const frame = await probeFirstFrame(desktop)
      expect(frame.width).toBeGreaterThan(0)
      expect(frame.height).toBeGreaterThan(0)
      expect(frame.name).not.toBe('')
    })

    test('serves several viewers at once', async () => {
      const frames = await Promise.all([1, 2, 3].map(() => probeFirstFrame(desktop)))
      expect(frames.map((frame) => frame.width)).toEqual([frames[0]?.width, frames[0]?.width, frames[0]?.width])
    })
  })

  test('plain HTTP gets no page', async () => {
    const socket = connect(desktop.port, desktop.host)
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => chunks.push(chunk))
    const closed = new Promise((resolve) => socket.once('close', resolve).once('error', resolve))
    socket.write(`GET / HTTP/1.1\r\nHost: x\r\n${credentials()}\r\n\r\n`)
    await closed
    expect(Buffer.concat(chunks).toString('latin1')).not.toContain('200 OK')
  })
}
