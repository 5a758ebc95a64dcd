import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { log } from '@/lib/log'
import { createUser } from './create-user'
import { operatorActor } from './operator-actor'
import { signInPerson } from './sign-in-person'
import { type TestInstallation, testInstallation } from './test-installation'
import { updateUser } from './update-user'

let installation: TestInstallation
beforeAll(async () => {
  installation = await testInstallation()
})
afterAll(() => installation.close())

const password = 'a good long password'
const limits = { maxSessions: null, maxCpuMillis: null, maxMemoryBytes: null, maxGpus: null, timeLimitSeconds: null }

async function person(name: string) {
  const created = await createUser(installation.deps, operatorActor(), {
    name,
    displayName: '',
    role: 'user',
    password,
    ...limits,
  })
  return created.user
}

type Attempt = Partial<Parameters<typeof signInPerson>[1]> & { name: string }
const attempt = (given: Attempt) =>
  signInPerson(installation.deps, { password, address: '192.0.2.1', userAgent: 'test', replaces: null, ...given })
const failure = (given: Attempt) =>
  attempt(given).then(
    () => 'signed in',
    (error: { code: string }) => error.code,
  )

describe('signing in', () => {
  test('answers unknown names, wrong passwords, disabled people and impossible names alike [attack 31]', async () => {
    const off = await person('off')
    await person('hal')
    await updateUser(installation.deps, operatorActor(), { userId: off.id, disabled: true })
    const wrong: Attempt[] = [
      { name: 'hal', password: 'not his password' },
      { name: 'nobody-of-that-name' },
      { name: 'off' },
      { name: '' },
      { name: 'x'.repeat(10_000) },
      { name: "' OR 1=1 --" },
      { name: 'hal', password: 'y'.repeat(10_000) },
    ]
    const errors = await Promise.all(
      wrong.map((given, index) => attempt({ ...given, address: `192.0.2.${index + 10}` }).catch((e) => e)),
    )
    for (const error of errors) {
      expect({ code: error.code, message: error.message, hint: error.hint, fields: error.fields }).toEqual({
        code: 'sign_in_failed',
        message: 'Name or password is wrong.',
        hint: undefined,
        fields: undefined,
      })
    }
  })

  test('takes the name in any case and replaces the sign-in of the same browser [attack 32]', async () => {
    await person('ida')
    const first = await attempt({ name: 'ida' })
    const second = await attempt({ name: ' IDA ', replaces: first.signInId })
    const rows = await installation.db.signIn.findMany({ where: { user: { name: 'ida' }, endedAt: null } })
    expect(rows.map((row) => row.id)).toEqual([second.signInId])
  })

  test('forgets sign-ins that ended more than a month ago', async () => {
    await person('old')
    const first = await attempt({ name: 'old' })
    await attempt({ name: 'old', replaces: first.signInId })
    installation.advance(31 * 86_400)
    const third = await attempt({ name: 'old' })
    const rows = await installation.db.signIn.findMany({ where: { user: { name: 'old' } }, orderBy: { createdAt: 'asc' } })
    expect(rows.map((row) => row.id)).not.toContain(first.signInId)
    expect(rows.at(-1)?.id).toBe(third.signInId)
  })

  test('slows guesses at one name down, wherever they come from, and tells how long [attack 31]', async () => {
    await person('jon')
    const guess = (index: number) => failure({ name: 'jon', password: 'wrong', address: `198.51.100.${index}` })
    for (let index = 0; index < 6; index++) expect(await guess(index)).toBe('sign_in_failed')
    const slowed = await attempt({ name: 'jon', address: '198.51.100.99' }).catch((error) => error)
    expect(slowed).toMatchObject({ code: 'sign_in_slowed', hint: 'Try again in 1 second.' })
    installation.advance(1)
    expect(await failure({ name: 'jon' })).toBe('signed in')
    expect(await guess(7)).toBe('sign_in_failed')
  })

  test('slows a name that nobody has down in the same way', async () => {
    const guess = (index: number) => failure({ name: 'ghost', address: `198.51.100.${index}` })
    for (let index = 0; index < 6; index++) expect(await guess(index)).toBe('sign_in_failed')
    expect(await guess(6)).toBe('sign_in_slowed')
  })

  test('counts guesses that arrive all at once [attack 31]', async () => {
    await person('lea')
    const results = await Promise.all(
      Array.from({ length: 30 }, (_, index) => failure({ name: 'lea', password: 'wrong', address: `203.0.113.${index}` })),
    )
    expect(results.filter((code) => code === 'sign_in_failed').length).toBeLessThanOrEqual(6)
    expect(results.filter((code) => code === 'sign_in_slowed').length).toBeGreaterThanOrEqual(24)
  })

  test('slows one address down over many names, and a good password does not clear it [attack 31]', async () => {
    await person('max')
    const address = '2001:db8:1:2::7'
    for (let index = 0; index < 30; index++) expect(await failure({ name: `guess-${index}`, address })).toBe('sign_in_failed')
    expect(await failure({ name: 'max', address: '2001:db8:1:2:ffff::1' })).toBe('signed in')
    expect(await failure({ name: 'guess-30', address })).toBe('sign_in_failed')
    expect(await failure({ name: 'guess-31', address })).toBe('sign_in_slowed')
    expect(await failure({ name: 'guess-31', address: '2001:db8:1:3::7' })).toBe('sign_in_failed')
  })

  test('keeps neither names nor passwords in the log, and its lines stay short [attack 31, 37]', async () => {
    const lines: string[] = []
    const spy = vi.spyOn(log(), 'info').mockImplementation((...parts: unknown[]) => void lines.push(JSON.stringify(parts)))
    await failure({ name: `secret-typed-as-name${'x'.repeat(9000)}`, password: 'secret-pass', address: 'a'.repeat(5000) })
    spy.mockRestore()
    expect(lines).toHaveLength(1)
    expect(lines[0]).not.toContain('secret')
    expect(lines[0]!.length).toBeLessThan(300)
    const kept = JSON.stringify(await installation.db.signInThrottle.findMany())
    expect(kept).not.toContain('secret')
  })
})
