import { expect, test } from 'vitest'
import { readCandidates, setCookieHeaders } from './session-cookie'

const value = 'A'.repeat(43)
const byHost = { kind: 'domain', sessionId: 's1' } as const
const byPort = { kind: 'port', port: 6100 } as const

test('over HTTPS there is one cookie, bound to its host [attack 5]', () => {
  const attributes = 'Path=/; Secure; HttpOnly; SameSite=None; Partitioned'
  expect(setCookieHeaders(byHost, 's1', value, false)).toEqual([`__Host-berth=${value}; ${attributes}`])
  expect(setCookieHeaders(byPort, 's1', value, false)).toEqual([`__Host-berth-s1=${value}; ${attributes}`])
})

test('over plain HTTP a program that keeps Secure cookies to itself gets one that no frame ever sends', () => {
  expect(setCookieHeaders(byHost, 's1', value, true)[1]).toBe(`berth=${value}; Path=/; HttpOnly; SameSite=Strict`)
  expect(readCandidates(`berth=${value}`, byHost, true)).toEqual([{ value, sessionId: null }])
  expect(readCandidates(`berth=${value}`, byHost, false)).toEqual([])
})

test('reads only our names with values that we could have made [attack 5]', () => {
  const header = `a=b; __Host-berth=${value}; __Host-berth=short; __host-berth=${value}; x__Host-berth=${value}; __Host-berth; =; ;`
  expect(readCandidates(header, byHost, false)).toEqual([{ value, sessionId: null }])
  expect(readCandidates(undefined, byHost, false)).toEqual([])
})

test('by port, each cookie says whose it is, and one without a session is nobody’s', () => {
  const header = `__Host-berth=${value}; __Host-berth-s1=${value}; __Host-berth-s2=${value}`
  expect(readCandidates(header, byPort, false).map((candidate) => candidate.sessionId)).toEqual(['s1', 's2'])
})

test('a thousand cookies are not a thousand look-ups', () => {
  const header = Array.from({ length: 1_000 }, () => `__Host-berth=${value}`).join('; ')
  expect(readCandidates(header, byHost, false).length).toBeLessThanOrEqual(64)
})
