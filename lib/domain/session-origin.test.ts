import { expect, test } from 'vitest'
import { newId } from './ids'
import { sessionIdOfHost, sessionOrigin } from './session-origin'

test('an origin goes there and back, and no two sessions share one', () => {
  const rules = { mode: 'domain' as const, publicUrl: new URL('https://portal.example:8443'), sessionDomain: 'desk.example' }
  const id = newId()
  const origin = sessionOrigin(rules, { id, gatewayPort: null })
  expect(origin).toBe(`https://${id}.desk.example:8443`)
  expect(sessionIdOfHost(new URL(origin).host, 'desk.example')).toBe(id)
})

test('in port mode the port is the session', () => {
  expect(sessionOrigin({ mode: 'port', publicUrl: new URL('https://10.0.0.5:7080') }, { id: newId(), gatewayPort: 6107 })).toBe(
    'https://10.0.0.5:6107',
  )
})

test.each([
  ['another domain', (id: string) => `${id}.evil.example`],
  ['a domain that only begins alike', (id: string) => `${id}.desk.example.evil`],
  ['a domain that only ends alike', (id: string) => `${id}.xdesk.example`],
  ['two labels', (id: string) => `a.${id}.desk.example`],
  ['user information', (id: string) => `${id}@desk.example`],
  ['upper case', (id: string) => `${id.toUpperCase()}.desk.example`],
  ['a trailing dot', (id: string) => `${id}.desk.example.`],
  ['a short id', () => 'abc.desk.example'],
  ['nothing', () => ''],
])('%s is no session', (_what, host) => {
  expect(sessionIdOfHost(host(newId()), 'desk.example')).toBeNull()
})
