import { describe, expect, test } from 'vitest'
import { authCookies } from './cookies'

describe('the cookies of a sign-in', () => {
  test('under HTTPS every one is bound to the exact host [attack 5]', () => {
    for (const cookie of Object.values(authCookies(new URL('https://berth.example.org')))) {
      expect(cookie.name).toMatch(/^__Host-/)
      expect(cookie.options).toEqual({ httpOnly: true, sameSite: 'lax', path: '/', secure: true })
    }
  })

  test('two portals on one host do not share them', () => {
    const names = [7080, 7081].map((port) => authCookies(new URL(`http://localhost:${port}`)).sessionToken.name)
    expect(new Set(names).size).toBe(2)
  })
})
