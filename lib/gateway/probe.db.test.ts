// The portal's own way to its gateway, and what a stranger sees of it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '@/lib/domain/ids'
import { probePath } from '@/lib/domain/web-socket-probe'
import { probeGateway } from '@/lib/outbound/probe-gateway'
import { deriveKeys } from '@/lib/secrets/keys'
import { makeProbeToken } from '@/lib/secrets/probe-token'
import { startTestGateway, type TestGateway } from './test-gateway'

describe('sessions by host name', () => {
  let t: TestGateway
  let origin: string

  beforeAll(async () => {
    t = await startTestGateway('domain')
    origin = `http://${newId()}.localhost:${t.portalPort}`
  })
  afterAll(() => t.close())

  const hostOf = (address: string) => new URL(address).hostname
  const probe = (authorization: string) => probeGateway({ origin, authorization, ownCertificatePem: null, timeoutMs: 2_000 })

  test('a text of the portal comes back from a host of no session', async () => {
    expect(await probe(makeProbeToken(t.keys, hostOf(origin), t.clock.now()))).toBe(null)
  })

  test.each<[string, (own: TestGateway, host: string) => string]>([
    ['with none', () => ''],
    [
      'with one that another installation made',
      (own, host) => makeProbeToken(deriveKeys(Buffer.alloc(32, 9)), host, own.clock.now()),
    ],
    ['with one of another host', (own) => makeProbeToken(own.keys, 'elsewhere.example.org', own.clock.now())],
    [
      'with one from two minutes ago',
      (own, host) => makeProbeToken(own.keys, host, new Date(own.clock.now().getTime() - 120_000)),
    ],
  ])('whoever comes %s sees what is at any other address', async (_how, token) => {
    const said = await probe(token(t, hostOf(origin)))
    expect(said).toMatch(/^it answered 4\d\d instead of opening a WebSocket$/)
    const other = await probeGateway({ origin, authorization: '', ownCertificatePem: null, timeoutMs: 2_000 })
    expect(said).toBe(other)
  })
})

describe('sessions by port', () => {
  let t: TestGateway
  let origin: string

  beforeAll(async () => {
    t = await startTestGateway('port')
    // Any port of the range leads to a gateway; this one is a session's, which the portal's question has nothing to do with.
    origin = (await t.addSession(await t.addUser(), { host: '127.0.0.1', port: 1, pin: null })).origin
  })
  afterAll(() => t.close())

  const probe = (authorization: string, ownCertificatePem = t.certificatePem) =>
    probeGateway({ origin, authorization, ownCertificatePem, timeoutMs: 2_000 })
  const token = () => makeProbeToken(t.keys, new URL(origin).hostname, t.clock.now())

  test('a text of the portal comes back over the certificate that it made itself', async () => {
    expect(origin).toMatch(/^https:/)
    expect(await probe(token())).toBe(null)
  })

  test('another certificate, and a token of nobody, do not come through', async () => {
    expect(await probe(token(), null)).toMatch(/certificate/)
    expect(await probe('')).toMatch(/^it answered 4\d\d instead of opening a WebSocket$/)
  })
})

test('what does not come through is told in words', async () => {
  const to = (origin: string) => probeGateway({ origin, authorization: '', ownCertificatePem: null, timeoutMs: 2_000 })
  expect(await to('http://127.0.0.1:1')).toBe('nothing listens there')
  expect(await to('http://berth.invalid')).toBe('its name does not resolve here')
  expect(probePath).toBe('/.berth/health')
})
