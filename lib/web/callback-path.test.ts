import { describe, expect, test, vi } from 'vitest'
import { callbackPath } from './callback-path'

vi.mock('server-only', () => ({}))

describe('where a sign-in leads', () => {
  test.each(['/', '/account', '/sessions/abc?x=1#y', '/admin/users?search=a%20b'])(
    '%s is a page of the portal [attack 17]',
    (path) => {
      expect(callbackPath(path)).toBe(path)
    },
  )

  test.each([
    undefined,
    ['/a', '/b'],
    '',
    'account',
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    'javascript:alert(1)',
    '/%5c/../../\\evil',
    'http:/evil',
    '/sign-in',
    '/sign-in?callbackUrl=/sign-in',
    '/x/../sign-in',
    '/api/auth/signout',
    `/${'x'.repeat(3000)}`,
  ])('%j leads to the start page instead', (value) => {
    expect(callbackPath(value)).toBe('/')
  })

  test('dots cannot climb to another host [attack 17]', () => {
    expect(new URL(callbackPath('/..//evil.example'), 'http://portal').host).toBe('portal')
    expect(callbackPath('/.//evil.example')).toBe('/')
  })
})
