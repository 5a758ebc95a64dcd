import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { addressByPort, hostReader, isUnderSessionDomain } from './session-address'

const id = 'abcdefghijklmnopqrstuvwx'
const domain = { publicUrl: new URL('https://berth.example.org'), sessionDomain: 'desks.example.net', trustedProxies: [] }
const sameSite = { publicUrl: new URL('https://portal.example.org:8443'), sessionDomain: 'example.org', trustedProxies: [] }
const ports = { publicUrl: new URL('https://berth.example.org:7443'), sessionDomain: null, trustedProxies: [] }

const addressByHost = hostReader(sameSite)

const asking = (...hosts: string[]) =>
  ({ headers: { host: hosts[0] }, rawHeaders: hosts.flatMap((host) => ['Host', host]) }) as unknown as IncomingMessage

test('owns every host under the session domain and never the portal’s own', () => {
  for (const host of [`${id}.desks.example.net`, 'x.desks.example.net:1', 'A.B.DESKS.example.net', 'x.desks.example.net.']) {
    expect([host, isUnderSessionDomain(asking(host), domain)]).toEqual([host, true])
  }
  for (const host of [
    'berth.example.org',
    'desks.example.net',
    'xdesks.example.net',
    'desks.example.net.evil',
    '',
    '127.0.0.1:80',
  ]) {
    expect([host, isUnderSessionDomain(asking(host), domain)]).toEqual([host, false])
  }
  expect(isUnderSessionDomain(asking('portal.example.org:8443'), sameSite)).toBe(false)
  expect(isUnderSessionDomain(asking(`${id}.example.org:8443`), sameSite)).toBe(true)
  expect(isUnderSessionDomain(asking(`${id}.localhost`), ports)).toBe(false)
})

test('takes exactly one label that is a session’s id, with the portal’s port or none [attack 7]', () => {
  const address = { session: { kind: 'domain', sessionId: id }, origin: `https://${id}.example.org:8443` }
  // Twice, because the first answer is remembered.
  for (const host of [`${id}.example.org:8443`, `${id}.example.org`, `${id}.example.org:8443`])
    expect(addressByHost(asking(host))).toEqual(address)
  const wrong = [
    `${id}.example.org:443`,
    `x${id}.example.org:8443`,
    `${id}x.example.org`,
    `${id}.x.example.org`,
    `x.${id}.example.org`,
  ]
  const odd = [
    `${id.toUpperCase()}.example.org`,
    `${id}.example.org.`,
    `${id}.example.org:`,
    `${id}-example.org`,
    `${id}.exampleXorg`,
    ' ',
  ]
  for (const host of [...wrong, ...odd]) {
    expect(() => addressByHost(asking(host)), host).toThrow(expect.objectContaining({ code: 'not_found' }))
  }
})

test('takes a port’s session only under the portal’s own host name', () => {
  const address = { session: { kind: 'port', port: 6101 }, origin: 'https://berth.example.org:6101' }
  expect(addressByPort(asking('berth.example.org:6101'), 6101, ports)).toEqual(address)
  for (const host of ['berth.example.org', 'berth.example.org:6102', '192.0.2.1:6101', 'evil.example:6101']) {
    expect(() => addressByPort(asking(host), 6101, ports), host).toThrow(expect.objectContaining({ code: 'not_found' }))
  }
})

test('refuses a request with two opinions about its host, or none [attack 7]', () => {
  for (const hosts of [[`${id}.example.org`, 'evil.example'], []]) {
    expect(() => addressByHost(asking(...hosts))).toThrow(expect.objectContaining({ code: 'bad_request' }))
  }
})
