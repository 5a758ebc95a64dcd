import { describe, expect, test } from 'vitest'
import { DomainError } from './errors'
import { assertCan, can, type Permission, permissions } from './permissions'

const me = 'me'
const mine = { userId: me }
const foreign = { userId: 'someone-else' }

/** For each verb: may a user or an administrator do it to what is his own, to what is another's. */
const table: Record<Permission, { user: [own: boolean, other: boolean]; admin: [own: boolean, other: boolean] }> = {
  'session:view': { user: [true, false], admin: [true, true] },
  'session:connect': { user: [true, false], admin: [true, false] },
  'session:pause': { user: [true, false], admin: [true, false] },
  'session:resume': { user: [true, false], admin: [true, false] },
  'session:extend': { user: [true, false], admin: [true, true] },
  'session:stop': { user: [true, false], admin: [true, true] },
  'session:delete': { user: [true, false], admin: [true, true] },
  'session:launch': { user: [true, true], admin: [true, true] },
  'session:list-all': { user: [false, false], admin: [true, true] },
  'image:view': { user: [true, true], admin: [true, true] },
  'image:manage': { user: [false, false], admin: [true, true] },
  'agent:view': { user: [false, false], admin: [true, true] },
  'agent:manage': { user: [false, false], admin: [true, true] },
  'user:view': { user: [false, false], admin: [true, true] },
  'user:manage': { user: [false, false], admin: [true, true] },
  'settings:manage': { user: [false, false], admin: [true, true] },
  'account:manage': { user: [true, false], admin: [true, false] },
  'fleet:view': { user: [false, false], admin: [true, true] },
}

describe('who may do what', () => {
  const rows = permissions.flatMap((permission) =>
    (['user', 'admin'] as const).map((role) => [permission, role, ...table[permission][role]] as const),
  )

  test.each(rows)('%s as %s: own %s, of others %s', (permission, role, own, other) => {
    expect(can({ id: me, role }, permission, mine)).toBe(own)
    expect(can({ id: me, role }, permission, foreign)).toBe(other)
  })

  test('what belongs to its owner alone is refused when nobody says whose it is', () => {
    expect(can({ id: me, role: 'user' }, 'session:view')).toBe(false)
    expect(can({ id: me, role: 'admin' }, 'session:connect')).toBe(false)
  })

  test('a refusal is the error forbidden', () => {
    expect(() => assertCan({ id: me, role: 'user' }, 'user:manage')).toThrow(DomainError)
    expect(() => assertCan({ id: me, role: 'admin' }, 'user:manage')).not.toThrow()
  })
})
