import { describe, expect, test } from 'vitest'
import { clientAddress } from './client-address'

describe('where a request comes from', () => {
  test('a header of a stranger is not believed', () => {
    expect(clientAddress({ remoteAddress: '203.0.113.9', forwardedFor: '10.0.0.1' }, [])).toBe('203.0.113.9')
    expect(clientAddress({ remoteAddress: '203.0.113.9', forwardedFor: '10.0.0.1' }, ['10.0.0.0/8'])).toBe('203.0.113.9')
  })

  test('a trusted proxy says who asked', () => {
    expect(clientAddress({ remoteAddress: '10.0.0.5', forwardedFor: '203.0.113.9' }, ['10.0.0.0/8'])).toBe('203.0.113.9')
    expect(clientAddress({ remoteAddress: '::ffff:127.0.0.1', forwardedFor: '2001:db8::1' }, ['127.0.0.1'])).toBe('2001:db8::1')
  })

  test('what a client wrote in front of the proxies is ignored', () => {
    const forwardedFor = '1.2.3.4, 203.0.113.9, 10.0.0.7'
    expect(clientAddress({ remoteAddress: '10.0.0.5', forwardedFor }, ['10.0.0.0/8'])).toBe('203.0.113.9')
  })

  test('garbage from a trusted proxy does not become an address', () => {
    expect(clientAddress({ remoteAddress: '10.0.0.5', forwardedFor: '<script>' }, ['10.0.0.0/8'])).toBe('10.0.0.5')
    expect(clientAddress({ remoteAddress: '10.0.0.5', forwardedFor: undefined }, ['10.0.0.0/8'])).toBe('10.0.0.5')
    expect(clientAddress({ remoteAddress: undefined, forwardedFor: '1.2.3.4' }, ['10.0.0.0/8'])).toBe('')
  })
})
