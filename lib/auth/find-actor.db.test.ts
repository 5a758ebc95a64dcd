import { encode } from 'next-auth/jwt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signInDays } from '@/lib/db/sign-ins'
import { deriveKeys } from '@/lib/secrets/keys'
import { createApiKey } from '@/lib/use-cases/create-api-key'
import { createUser } from '@/lib/use-cases/create-user'
import { endSignIn } from '@/lib/use-cases/end-sign-in'
import { operatorActor } from '@/lib/use-cases/operator-actor'
import { revokeApiKey } from '@/lib/use-cases/revoke-api-key'
import { signInPerson } from '@/lib/use-cases/sign-in-person'
import { type TestInstallation, testInstallation } from '@/lib/use-cases/test-installation'
import { updateUser } from '@/lib/use-cases/update-user'
import { actorOfApiKey, actorOfCookie } from './find-actor'
import { tokenSecret } from './next-auth-options'

let installation: TestInstallation
beforeAll(async () => {
  installation = await testInstallation()
})
afterAll(() => installation.close())

const password = 'a good long password'

async function person(name: string) {
  const { deps } = installation
  const limits = { maxSessions: null, maxCpuMillis: null, maxMemoryBytes: null, maxGpus: null, timeLimitSeconds: null }
  const { user } = await createUser(deps, operatorActor(), { name, displayName: '', role: 'user', password, ...limits })
  return user
}

async function cookieOf(name: string): Promise<{ cookie: string; signInId: string }> {
  const { deps } = installation
  const { signInId } = await signInPerson(deps, { name, password, address: '192.0.2.1', userAgent: 'test', replaces: null })
  return { signInId, cookie: await encode({ token: { sub: signInId }, secret: tokenSecret(deps.keys) }) }
}

describe('a cookie', () => {
  test('stands for its person until its sign-in ends [attack 32]', async () => {
    const user = await person('ann')
    const { cookie, signInId } = await cookieOf('ann')
    const actor = await actorOfCookie(installation.deps, cookie)
    expect(actor).toMatchObject({ id: user.id, name: 'ann', role: 'user', by: { kind: 'signIn', id: signInId } })
    await endSignIn(installation.deps, actor!, { signInId })
    expect(await actorOfCookie(installation.deps, cookie)).toBeNull()
  })

  test('ends after a month without use, and every use moves that end', async () => {
    await person('ben')
    const { cookie } = await cookieOf('ben')
    installation.advance((signInDays - 1) * 86_400)
    expect(await actorOfCookie(installation.deps, cookie)).not.toBeNull()
    installation.advance((signInDays - 1) * 86_400)
    expect(await actorOfCookie(installation.deps, cookie)).not.toBeNull()
    installation.advance((signInDays + 1) * 86_400)
    expect(await actorOfCookie(installation.deps, cookie)).toBeNull()
  })

  test('writes that it was seen at most once a minute', async () => {
    await person('cat')
    const { cookie, signInId } = await cookieOf('cat')
    const seen = async () => (await installation.db.signIn.findUniqueOrThrow({ where: { id: signInId } })).lastSeenAt.getTime()
    const first = await seen()
    installation.advance(30)
    await actorOfCookie(installation.deps, cookie)
    expect(await seen()).toBe(first)
    installation.advance(31)
    await actorOfCookie(installation.deps, cookie)
    expect(await seen()).toBe(first + 61_000)
  })

  test('that we did not make is nobody', async () => {
    const { signInId } = await cookieOf('ben')
    const foreign = deriveKeys(Buffer.alloc(32, 9))
    const forged = await encode({ token: { sub: signInId }, secret: tokenSecret(foreign) })
    for (const cookie of [forged, signInId, 'x', 'a.b.c.d.e', 'e'.repeat(10_000), '', undefined]) {
      expect(await actorOfCookie(installation.deps, cookie)).toBeNull()
    }
  })

  test('of someone who is disabled is nobody from the next request on [attack 32]', async () => {
    const user = await person('dan')
    const { cookie } = await cookieOf('dan')
    await updateUser(installation.deps, operatorActor(), { userId: user.id, disabled: true })
    expect(await actorOfCookie(installation.deps, cookie)).toBeNull()
  })
})

describe('an API key', () => {
  test('stands for its person until it is revoked [attack 33]', async () => {
    const user = await person('eve')
    const { key, apiKey } = await createApiKey(installation.deps, operatorActor(), {
      name: 'ci',
      expiresInDays: null,
      userId: user.id,
    })
    const actor = await actorOfApiKey(installation.deps, `Bearer ${key}`)
    expect(actor).toMatchObject({ id: user.id, by: { kind: 'apiKey', id: apiKey.id } })
    await revokeApiKey(installation.deps, actor!, { apiKeyId: apiKey.id })
    expect(await actorOfApiKey(installation.deps, `Bearer ${key}`)).toBeNull()
  })

  test('ends on its day and is refused while its person is disabled [attack 33]', async () => {
    const user = await person('fay')
    const { key } = await createApiKey(installation.deps, operatorActor(), { name: 'ci', expiresInDays: 2, userId: user.id })
    await updateUser(installation.deps, operatorActor(), { userId: user.id, disabled: true })
    expect(await actorOfApiKey(installation.deps, `Bearer ${key}`)).toBeNull()
    await updateUser(installation.deps, operatorActor(), { userId: user.id, disabled: false })
    expect(await actorOfApiKey(installation.deps, `Bearer ${key}`)).not.toBeNull()
    installation.advance(2 * 86_400)
    expect(await actorOfApiKey(installation.deps, `Bearer ${key}`)).toBeNull()
  })

  test('is kept as a hash only, and writes its use at most once a minute [attack 33]', async () => {
    const user = await person('gus')
    const { key, apiKey } = await createApiKey(installation.deps, operatorActor(), {
      name: 'ci',
      expiresInDays: null,
      userId: user.id,
    })
    expect(JSON.stringify(await installation.db.apiKey.findMany())).not.toContain(key)
    const used = async () => (await installation.db.apiKey.findUniqueOrThrow({ where: { id: apiKey.id } })).lastUsedAt?.getTime()
    await actorOfApiKey(installation.deps, `Bearer ${key}`)
    const first = await used()
    installation.advance(30)
    await actorOfApiKey(installation.deps, `bearer ${key}`)
    expect(await used()).toBe(first)
  })

  test('that we did not make is nobody', async () => {
    for (const header of [
      '',
      'Bearer',
      'Bearer x',
      `Bearer brt_${'a'.repeat(43)}`,
      `Basic brt_${'a'.repeat(43)}`,
      `Bearer brt_${'a'.repeat(9999)}`,
    ]) {
      expect(await actorOfApiKey(installation.deps, header)).toBeNull()
    }
  })
})
