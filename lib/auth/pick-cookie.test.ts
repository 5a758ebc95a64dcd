import { encode } from 'next-auth/jwt'
import { expect, test } from 'vitest'
import { deriveKeys } from '@/lib/secrets/keys'
import { tokenSecret } from './next-auth-options'
import { cookieValues, pickCsrfCookie, pickSignInCookie } from './pick-cookie'

const keys = deriveKeys(Buffer.alloc(32, 7))
const signIn = (id: string) => encode({ token: { sub: id }, secret: tokenSecret(keys) })

test('every cookie of a name is seen, and none of a longer or shorter one', () => {
  expect(cookieValues('a=1; ab=2;a=3 ; xa=4; a=1', 'a')).toEqual(['1', '3'])
  expect(cookieValues(null, 'a')).toEqual([])
})

test('what was put beside a sign-in counts for nothing, wherever it stands [attack 5, 32]', async () => {
  const mine = await signIn('mine')
  for (const values of [[mine], [mine, 'tossed'], ['tossed', mine], ['', mine, 'x.y.z']])
    expect(await pickSignInCookie(keys, values)).toBe(mine)
  expect(await pickSignInCookie(keys, [])).toBeUndefined()
})

test('of two sign-ins neither counts, so that nobody goes on as somebody else [attack 5, 32]', async () => {
  const [mine, theirs] = [await signIn('mine'), await signIn('mallory')]
  expect(await pickSignInCookie(keys, [mine, theirs])).toBeUndefined()
  expect(await pickSignInCookie(keys, [theirs, mine])).toBeUndefined()
  // The same sign-in twice is one.
  const again = await signIn('mine')
  expect([mine, again]).toContain(await pickSignInCookie(keys, [mine, again]))
})

test('more than a browser of ours could have are not even looked at', async () => {
  const mine = await signIn('mine')
  expect(await pickSignInCookie(keys, [mine, ...Array.from({ length: 8 }, (_, at) => String(at))])).toBeUndefined()
})

test('a form belongs to the cookie that has its token', () => {
  expect(pickCsrfCookie(['tossed', 'abc%7Chash', 'other|hash'], 'abc')).toBe('abc%7Chash')
  expect(pickCsrfCookie(['other|hash'], 'abc')).toBe('other|hash')
  expect(pickCsrfCookie([], 'abc')).toBeUndefined()
})
