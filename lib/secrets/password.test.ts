import { describe, expect, test } from 'vitest'
import { hashPassword, newPassword, verifyPassword } from './password'

describe('passwords', () => {
  test('are kept as argon2id with 19 MiB and two passes', async () => {
    expect(await hashPassword('correct horse battery')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  })

  test('the right one matches and another does not', async () => {
    const stored = await hashPassword('correct horse battery')
    expect(await verifyPassword(stored, 'correct horse battery')).toBe(true)
    expect(await verifyPassword(stored, 'correct horse batterz')).toBe(false)
  })

  test('a name that nobody has never matches', async () => {
    expect(await verifyPassword(null, 'correct horse battery')).toBe(false)
  })

  test('a flood of attempts is refused instead of taking all memory', async () => {
    const stored = await hashPassword('correct horse battery')
    // What is no hash takes its turn like one, and no memory: what is tested is the turns.
    const attempts = Array.from({ length: 100 }, () => verifyPassword('no hash', 'wrong wrong wrong'))
    const results = await Promise.allSettled(attempts)
    const refused = results.filter((result) => result.status === 'rejected' && result.reason?.code === 'sign_in_slowed')
    expect(refused.length).toBe(100 - 3 - 60)
    expect(await verifyPassword(stored, 'correct horse battery')).toBe(true)
  })

  test('random ones are long, typeable and different', () => {
    const made = Array.from({ length: 50 }, newPassword)
    for (const password of made) expect(password).toMatch(/^([a-km-np-zA-HJ-NP-Z2-9]{5}-){3}[a-km-np-zA-HJ-NP-Z2-9]{5}$/)
    expect(new Set(made).size).toBe(50)
  })
})
