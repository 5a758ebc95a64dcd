import { connect } from 'node:tls'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { vncOptions } from '@/lib/domain/container-spec'
import { desktopContract } from './desktop-contract'
import { rawRequest } from './raw-request'
import { basicAuthorization, probeFirstFrame } from './rfb-probe'
import { type StrictKasmVnc, startStrictKasmVnc } from './strict-kasmvnc'

const password = 'correct-horse'
const running: StrictKasmVnc[] = []

type More = Partial<Omit<Parameters<typeof startStrictKasmVnc>[0], 'password'>>

async function start(more: More = {}): Promise<StrictKasmVnc> {
  const server = await startStrictKasmVnc({ password, ...more })
  running.push(server)
  return server
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()))
})

describe('keeps the contract', () => {
  desktopContract(async () => {
    const server = await startStrictKasmVnc({ password })
    return { host: server.host, port: server.port, user: server.user, password, stop: () => server.close() }
  })
})

const auth = `Authorization: ${basicAuthorization('kasm_user', password)}`
const get = (server: StrictKasmVnc, path: string, ...headers: string[]) =>
  rawRequest(server, [`GET ${path} HTTP/1.1`, 'Host: x', ...headers])

describe('is as strict as KasmVNC', () => {
  test('five requests without credentials lock an address out, right password or not, until ten silent seconds', async () => {
    let time = 0
    const server = await start({ now: () => time })
    const from = 'X-Forwarded-For: 10.9.9.9'
    for (let count = 0; count < 5; count += 1) expect((await get(server, '/', from)).status).toBe(401)
    expect((await get(server, '/', from, auth)).status).toBe(401)
    expect((await get(server, '/', auth)).status).toBe(200)
    time += 9_000
    expect((await get(server, '/', from, auth)).status).toBe(401)
    // The request before started the ten seconds again.
    time += 9_000
    expect((await get(server, '/', from, auth)).status).toBe(401)
    time += 10_000
    expect((await get(server, '/', from, auth)).status).toBe(200)
  })

  test('a success in between does not forgive the failures', async () => {
    const server = await start()
    for (let count = 0; count < 4; count += 1) await get(server, '/')
    expect((await get(server, '/', auth)).status).toBe(200)
    await get(server, '/')
    expect((await get(server, '/', auth)).status).toBe(401)
  })

  test.each([
    ['-BlacklistThreshold 2', true, 2],
    ['-FrameRate 24 -BlacklistThreshold 7 -PreferBandwidth', true, 7],
    ['-BlacklistThreshold=1000000', true, 5],
    ['-BlacklistThreshold=0', false, 5],
    ['-BlacklistThreshold 0', true, 1],
  ])('with VNCOPTIONS "%s" (0 locks: %s) it locks after %i failures', async (vncOptions, locksAtZero, failures) => {
    const server = await start({ vncOptions, locksAtZero })
    for (let count = 1; count < failures; count += 1) await get(server, '/')
    expect((await get(server, '/', auth)).status).toBe(200)
    await get(server, '/')
    expect((await get(server, '/', auth)).status).toBe(401)
  })

  test.each([true, false])(
    'with the VNCOPTIONS of our containers no release locks anybody out (0 locks: %s)',
    async (locksAtZero) => {
      const server = await start({ vncOptions, locksAtZero })
      for (let count = 0; count < 40; count += 1) await get(server, '/')
      expect((await get(server, '/', auth)).status).toBe(200)
    },
  )

  test('since 1.3.3 a threshold of 0 switches the lock off', async () => {
    const server = await start({ vncOptions: '-BlacklistThreshold 0', locksAtZero: false })
    for (let count = 0; count < 20; count += 1) await get(server, '/')
    expect((await get(server, '/', auth)).status).toBe(200)
  })

  test('it writes down what a proxy must never do', async () => {
    const server = await start()
    const forwarded = 'X-Forwarded-For: 192.0.2.1'
    const said = async (...headers: string[]) => {
      server.violations.length = 0
      await get(server, '/', ...headers)
      return [...server.violations]
    }
    const notOne = 'not exactly one address in one X-Forwarded-For'
    expect(await said(auth, forwarded)).toEqual([])
    expect(await said(forwarded)).toEqual(['a request without credentials'])
    for (const headers of [
      [],
      [forwarded, forwarded],
      [`${forwarded}, 10.0.0.1`],
      ['x-forwarded-for: 192.0.2.1'],
      [`${forwarded}:80`],
    ]) {
      expect(await said(auth, ...headers)).toEqual([notOne])
    }
    expect(await said(auth, forwarded, 'Upgrade: websocket')).toEqual([
      'an upgrade without Origin',
      'an upgrade without Sec-WebSocket-Protocol',
    ])
    expect(await said(auth, forwarded, 'Cookie: a=b', 'Referer: https://portal/')).toEqual([
      'a cookie of a browser',
      'a referer of a browser',
    ])
  })

  test('credentials that are too long for it are 403', async () => {
    const server = await start()
    expect((await get(server, '/', `Authorization: ${basicAuthorization('kasm_user', 'x'.repeat(200))}`)).status).toBe(403)
  })

  test('the leftmost forwarded address is the one that counts', async () => {
    const server = await start()
    await get(server, '/', 'X-Forwarded-For: 10.1.1.1, 10.2.2.2')
    await get(server, '/', 'X-Forwarded-For: not-an-address')
    expect(server.requests.map((request) => request.client)).toEqual(['10.1.1.1', '127.0.0.1'])
  })

  test('a header block of more than 4096 bytes is refused', async () => {
    const server = await start()
    expect((await get(server, '/', auth, `Cookie: ${'x'.repeat(4096)}`)).status).toBe(400)
    expect(server.violations).toEqual(['a header block of more than 4096 bytes'])
  })

  test('a header that its releases copy without looking breaks it', async () => {
    const server = await start()
    await expect(get(server, `/${'x'.repeat(1024)}`, auth)).rejects.toThrow('without an answer')
    expect(server.violations).toEqual(['a path of 1024 bytes or more'])
  })

  test('"/api/" anywhere in the headers is 401 for a page', async () => {
    const server = await start()
    expect((await get(server, '/', auth, 'Referer: https://portal/api/x')).status).toBe(401)
  })

  test('the owner gets the API and unescaped listings; the viewer account gets no API', async () => {
    const server = await start()
    expect((await get(server, '/api/get_users', auth)).status).toBe(200)
    expect((await get(server, '/Downloads/', auth)).body.toString()).toContain('onerror')
    expect((await get(server, '/api/get_users', `Authorization: ${basicAuthorization('kasm_viewer', password)}`)).status).toBe(
      401,
    )
  })

  test('every start has a certificate of its own', async () => {
    const [first, second] = [await start(), await start()]
    expect(first.certFingerprint256).not.toBe(second.certFingerprint256)
    const socket = connect({ host: first.host, port: first.port, rejectUnauthorized: false })
    await new Promise((resolve) => socket.once('secureConnect', resolve))
    expect(socket.getPeerCertificate().fingerprint256).toBe(first.certFingerprint256)
    socket.destroy()
  })
})

describe('its stream', () => {
  async function open(server: StrictKasmVnc): Promise<WebSocket> {
    const socket = new WebSocket(`wss://127.0.0.1:${server.port}/`, ['binary'], {
      rejectUnauthorized: false,
      origin: 'https://session',
      perMessageDeflate: false,
      headers: { Authorization: basicAuthorization('kasm_user', password), 'X-Forwarded-For': '192.0.2.1' },
    })
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    return socket
  }
  const closed = (socket: WebSocket) => new Promise<number>((resolve) => socket.once('close', resolve))

  test('takes a frame of 65,535 bytes and hangs up at 65,536', async () => {
    const server = await start()
    const socket = await open(server)
    const end = closed(socket)
    const paste = Buffer.alloc(65_535)
    socket.send(Buffer.concat([Buffer.from('RFB 003.008\n'), Buffer.from([2]), Buffer.alloc(16), Buffer.from([1])]))
    paste.writeUInt8(6, 0)
    paste.writeInt32BE(paste.length - 8, 4)
    socket.send(paste)
    socket.send(Buffer.alloc(65_536))
    expect(await end).toBe(1006)
    expect(server.violations).toEqual(['a frame of more than 65,535 bytes'])
    expect(server.rfbMessageTypes()).toEqual([6])
  })

  test('hangs up at a fragmented message', async () => {
    const server = await start()
    const socket = await open(server)
    const end = closed(socket)
    socket.send(Buffer.from('RFB'), { fin: false })
    expect(await end).toBe(1006)
    expect(server.violations).toEqual(['a fragmented message'])
  })

  test('answers a ping with silence and a close with a closed connection', async () => {
    const server = await start()
    const socket = await open(server)
    let pongs = 0
    socket.on('pong', () => {
      pongs += 1
    })
    const end = closed(socket)
    socket.ping()
    socket.close(1000)
    expect(await end).toBe(1006)
    expect(pongs).toBe(0)
    expect(server.violations).toEqual(['a ping, which is never answered'])
  })

  test('ends without a close frame when the desktop dies', async () => {
    const server = await start()
    const socket = await open(server)
    const end = closed(socket)
    expect(server.openStreams()).toBe(1)
    server.dropStreams()
    expect(await end).toBe(1006)
    expect(server.openStreams()).toBe(0)
  })

  test('names the messages that a viewer sent', async () => {
    const server = await start()
    await probeFirstFrame({ host: server.host, port: server.port, user: server.user, password })
    expect(server.rfbMessageTypes()).toEqual([2, 3])
  })
})
