import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { clientAddressReader, requestIdReader } from './client-address'

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

const asking = (remoteAddress: string, requestId: unknown) =>
  ({
    socket: { remoteAddress },
    headers: requestId === undefined ? {} : { 'x-request-id': requestId },
  }) as unknown as IncomingMessage

test('takes the id of a request over from a trusted proxy alone, and from it only where it is well-formed', () => {
  const read = requestIdReader(['10.0.0.0/8'])
  const given = '9f1c2d3e-4b5a.6_7'
  expect(read(asking('10.0.0.1', given))).toBe(given)
  expect(read(asking('::ffff:10.0.0.1', given))).toBe(given)
  for (const address of ['192.0.2.1', '127.0.0.1', '']) expect(read(asking(address, given)), address).not.toBe(given)
  expect(requestIdReader([])(asking('10.0.0.1', given))).not.toBe(given)
  const bad = [undefined, 'short', 'x'.repeat(65), 'with spaces in it', 'a"quoted"one', 'two\nlines-of-it', [given, given]]
  for (const one of bad) expect(read(asking('10.0.0.1', one)), String(one)).toMatch(/^[a-z][a-z2-7]{23}$/)
})
