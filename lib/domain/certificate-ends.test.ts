import { describe, expect, test } from 'vitest'
import { type CertificateEnds, endingCertificate } from './certificate-ends'

const now = new Date('2026-06-01T00:00:00Z')
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000).toISOString()
const ends = (over: Partial<CertificateEnds>): CertificateEnds => ({
  serverEndsAt: inDays(300),
  clientEndsAt: inDays(300),
  caEndsAt: inDays(3000),
  renewedByItself: true,
  ...over,
})

describe('a certificate that ends', () => {
  test('is told of from thirty days before, and not earlier', () => {
    expect(endingCertificate(ends({ serverEndsAt: inDays(30.1) }), now)).toBeNull()
    expect(endingCertificate(ends({ serverEndsAt: inDays(29.5) }), now)?.text).toBe(
      'The certificate of the engine ends in 29 days.',
    )
    expect(endingCertificate(ends({ clientEndsAt: inDays(0.5) }), now)?.text).toMatch(/portal shows.*within a day/)
    expect(endingCertificate(ends({ caEndsAt: inDays(-1) }), now)?.text).toBe('The CA of its certificates has ended.')
  })

  test('is the first of several, with what to do for who made it', () => {
    const both = { serverEndsAt: inDays(20), clientEndsAt: inDays(10) }
    expect(endingCertificate(ends({ ...both, renewedByItself: false }), now)).toMatchObject({
      text: expect.stringContaining('portal shows'),
      hint: expect.stringContaining('edit page'),
    })
    expect(endingCertificate(ends({ serverEndsAt: inDays(20) }), now)?.hint).toContain('berth-host refresh')
  })

  test('of a CA is renewed by who made it', () => {
    const left = { caEndsAt: inDays(10) }
    expect(endingCertificate(ends(left), now)?.hint).toContain('portal should have renewed it')
    expect(endingCertificate(ends({ ...left, renewedByItself: false }), now)?.hint).toContain('make a new one')
  })

  test('is not told of where none is known, as behind a socket', () => {
    expect(endingCertificate(null, now)).toBeNull()
    expect(endingCertificate(ends({ serverEndsAt: null, clientEndsAt: null, caEndsAt: null }), now)).toBeNull()
  })
})
