import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { clientAddressReader } from './client-address'

const from = (remoteAddress: string | undefined, forwarded?: string) =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage

test('believes nobody about the address unless told to', () => {
  expect(clientAddressReader([])(from('192.0.2.1', '203.0.113.9'))).toBe('192.0.2.1')
  expect(clientAddressReader(['10.0.0.0/8'])(from('192.0.2.1', '203.0.113.9'))).toBe('192.0.2.1')
})

test('takes the last address that no trusted proxy stands behind, so a client cannot choose its own', () => {
  const read = clientAddressReader(['10.0.0.0/8', '2001:db8::1'])
  expect(read(from('10.0.0.1', '203.0.113.9'))).toBe('203.0.113.9')
  expect(read(from('10.0.0.1', '1.1.1.1, 203.0.113.9, 10.0.0.2'))).toBe('203.0.113.9')
  expect(read(from('2001:db8::1', '2001:db8::9'))).toBe('2001:db8::9')
  expect(read(from('::ffff:10.0.0.1', '::ffff:203.0.113.9'))).toBe('203.0.113.9')
})

test('falls back to the peer when proxies say nonsense or nothing', () => {
  const read = clientAddressReader(['10.0.0.0/8'])
  for (const forwarded of ['evil\r\nX: y', 'unknown', '', '10.0.0.3']) expect(read(from('10.0.0.1', forwarded))).toBe('10.0.0.1')
  expect(read(from('10.0.0.1'))).toBe('10.0.0.1')
  expect(read(from(undefined))).toBe('0.0.0.0')
})
