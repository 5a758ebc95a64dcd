import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '@/lib/domain/actor'
import { newId } from '@/lib/domain/ids'
import { UserTableQuery } from '@/lib/domain/user-view'
import { hashPassword } from '@/lib/secrets/password'
import { changePassword } from './change-password'
import { createUser } from './create-user'
import { deleteUser } from './delete-user'
import { endSignIn } from './end-sign-in'
import { ensureFirstAdmin } from './ensure-first-admin'
import { getUser } from './get-user'
import { launchSession } from './launch-session'
import { listSignIns } from './list-sign-ins'
import { pageUsers, tableUsers } from './list-users'
import { operatorActor } from './operator-actor'
import { resetPassword } from './reset-password'
import { revokeApiKey } from './revoke-api-key'
import { signInPerson } from './sign-in-person'
import { stopSession } from './stop-session'
import { type TestInstallation, testInstallation } from './test-installation'
import { updateSettings } from './update-settings'
import { updateUser } from './update-user'

const limits = { maxSessions: null, maxCpuMillis: null, maxMemoryBytes: null, maxGpus: null, timeLimitSeconds: null }
const userFields = { displayName: '', role: 'user', ...limits } as const
const present = 'a good long password'

let installation: TestInstallation
let root: Actor
beforeAll(async () => {
  installation = await testInstallation()
  root = await installation.person('root', 'admin')
})
afterAll(() => installation.close())

let number = 0
let ann: Actor
beforeEach(async () => {
  number += 1
  ann = await installation.person(`ann-${number}`)
})

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  )

async function signIn(actor: Actor): Promise<Actor> {
  await installation.db.user.update({ where: { id: actor.id }, data: { passwordHash: await hashPassword(present) } })
  const attempt = { name: actor.name, password: present, address: `192.0.2.${number}`, userAgent: 'test', replaces: null }
  const { signInId } = await signInPerson(installation.deps, attempt)
  return { ...actor, by: { kind: 'signIn', id: signInId } }
}

/** A right to a desktop, as the gateway holds it. */
async function grantOf(actor: Actor): Promise<string> {
  const imageId = await installation.image()
  const session = await launchSession(installation.deps, actor, { imageId })
  const id = newId()
  const soon = new Date(Date.now() + 60_000)
  const by = actor.by.kind === 'signIn' ? { signInId: actor.by.id } : {}
  await installation.db.grant.create({ data: { id, sessionId: session.id, ticketExpiresAt: soon, expiresAt: soon, ...by } })
  return id
}
const isRevoked = async (id: string) => (await installation.db.grant.findUniqueOrThrow({ where: { id } })).revokedAt !== null
const liveSignIns = (actor: Actor) => installation.db.signIn.count({ where: { userId: actor.id, endedAt: null } })

describe('the first administrator', () => {
  test('is one, however many processes start at once, and never again [attack 30]', async () => {
    const fresh = await testInstallation()
    try {
      const made = await Promise.all(Array.from({ length: 5 }, () => ensureFirstAdmin(fresh.deps)))
      expect(made.filter((one) => one.created)).toHaveLength(1)
      expect(made.filter((one) => one.password !== null)).toHaveLength(1)
      expect(await fresh.db.user.count()).toBe(1)
      expect(await ensureFirstAdmin(fresh.deps, { password: 'preset password' })).toEqual({ created: false, password: null })
    } finally {
      await fresh.close()
    }
  })
})

describe('creating', () => {
  test('answers a random password once, which must be replaced', async () => {
    const { user, password } = await createUser(installation.deps, root, { ...userFields, name: 'new-one' })
    expect(user).toMatchObject({ name: 'new-one', role: 'user', mustChangePassword: true, disabled: false })
    expect(password).toHaveLength(23)
    const audited = await installation.db.auditEntry.findMany({ select: { verb: true, detail: true } })
    expect(JSON.stringify(audited)).not.toContain(password)
  })

  test('refuses a name in use and makes no row', async () => {
    const before = await installation.db.user.count()
    expect(await code(createUser(installation.deps, root, { ...userFields, name: ann.name }))).toBe('name_taken')
    expect(await installation.db.user.count()).toBe(before)
  })

  test('is for administrators', async () => {
    expect(await code(createUser(installation.deps, ann, { ...userFields, name: 'by-ann' }))).toBe('forbidden')
  })
})

describe('changing', () => {
  test('disabling ends sign-ins and streams and leaves sessions alone [attack 15]', async () => {
    const signedIn = await signIn(ann)
    const grant = await grantOf(signedIn)
    await updateUser(installation.deps, root, { userId: ann.id, disabled: true })
    expect(await liveSignIns(ann)).toBe(0)
    expect(await isRevoked(grant)).toBe(true)
    expect(await installation.db.session.count({ where: { userId: ann.id, wanted: 'running' } })).toBe(1)
  })

  test('a new role ends every sign-in, another name for the person none [attack 15, 32]', async () => {
    await signIn(ann)
    await updateUser(installation.deps, root, { userId: ann.id, displayName: 'Ann', maxSessions: 7 })
    expect(await liveSignIns(ann)).toBe(1)
    const changed = await updateUser(installation.deps, root, { userId: ann.id, role: 'admin' })
    expect(changed).toMatchObject({ role: 'admin', displayName: 'Ann', maxSessions: 7 })
    expect(await liveSignIns(ann)).toBe(0)
    await updateUser(installation.deps, root, { userId: ann.id, role: 'user' })
  })

  test('nobody takes administration from himself or deletes himself', async () => {
    const other = await installation.person(`other-${number}`, 'admin')
    for (const change of [{ role: 'user' as const }, { disabled: true }]) {
      expect(await code(updateUser(installation.deps, other, { userId: other.id, ...change }))).toBe('self_change')
    }
    expect(await code(deleteUser(installation.deps, other, { userId: other.id }))).toBe('self_change')
    expect(await code(resetPassword(installation.deps, other, { userId: other.id }))).toBe('self_change')
    await deleteUser(installation.deps, root, { userId: other.id })
  })

  test.each(['demote', 'disable', 'delete'] as const)('two administrators who %s each other at once leave one', async (how) => {
    const fresh = await testInstallation()
    try {
      const [a, b] = await Promise.all([fresh.person('a', 'admin'), fresh.person('b', 'admin')])
      const act = (by: Actor, on: Actor) => {
        if (how === 'delete') return deleteUser(fresh.deps, by, { userId: on.id })
        return updateUser(fresh.deps, by, {
          userId: on.id,
          ...(how === 'demote' ? { role: 'user' as const } : { disabled: true }),
        })
      }
      const results = await Promise.all([code(act(a, b)), code(act(b, a))])
      expect(results.sort()).toEqual(['done', 'last_administrator'])
      expect(await fresh.db.user.count({ where: { role: 'admin', disabledAt: null } })).toBe(1)
    } finally {
      await fresh.close()
    }
  })

  test('a person who does not exist is not found, and administrators only may ask', async () => {
    expect(await code(updateUser(installation.deps, root, { userId: newId(), disabled: true }))).toBe('not_found')
    expect(await code(getUser(installation.deps, root, { userId: newId() }))).toBe('not_found')
    expect(await code(updateUser(installation.deps, ann, { userId: root.id, role: 'user' }))).toBe('forbidden')
    expect(await code(getUser(installation.deps, ann, { userId: root.id }))).toBe('forbidden')
    expect(await code(deleteUser(installation.deps, ann, { userId: root.id }))).toBe('forbidden')
    expect(await code(updateSettings(installation.deps, ann, { maxSessionsPerUser: 9 }))).toBe('forbidden')
  })
})

describe('passwords', () => {
  test('changing one ends every other sign-in and its streams, and keeps this one [attack 32]', async () => {
    const [here, there] = [await signIn(ann), await signIn(ann)]
    const grant = await grantOf(there)
    expect(await changePassword(installation.deps, here, { present, next: 'another long password' })).toEqual({ ended: 1 })
    expect((await listSignIns(installation.deps, here)).map((one) => [one.id, one.current])).toEqual([
      [here.by.kind === 'signIn' && here.by.id, true],
    ])
    expect(await isRevoked(grant)).toBe(true)
  })

  test('changing one needs the present one, and guesses at it are slowed', async () => {
    const here = await signIn(ann)
    const guess = () => code(changePassword(installation.deps, here, { present: 'wrong', next: 'another long password' }))
    for (let index = 0; index < 6; index++) expect(await guess()).toBe('wrong_password')
    expect(await guess()).toBe('sign_in_slowed')
  })

  test('a new one differs from the present one', async () => {
    const here = await signIn(ann)
    expect(await code(changePassword(installation.deps, here, { present, next: present }))).toBe('invalid_input')
  })

  test('a reset ends every sign-in and asks for a new one', async () => {
    await signIn(ann)
    const { password } = await resetPassword(installation.deps, root, { userId: ann.id })
    expect(await liveSignIns(ann)).toBe(0)
    expect(await getUser(installation.deps, root, { userId: ann.id })).toMatchObject({ mustChangePassword: true })
    const attempt = { name: ann.name, password, address: '192.0.2.250', userAgent: '', replaces: null }
    expect(await code(signInPerson(installation.deps, attempt))).toBe('done')
  })
})

describe('what is another person’s', () => {
  test('cannot be ended or revoked, and does not even seem to exist [attack 21]', async () => {
    const signedIn = await signIn(ann)
    const ref = { signInId: signedIn.by.kind === 'signIn' ? signedIn.by.id : '' }
    expect(await code(endSignIn(installation.deps, root, ref))).toBe('not_found')
    expect(await code(endSignIn(installation.deps, root, { signInId: newId() }))).toBe('not_found')
    expect(await liveSignIns(ann)).toBe(1)
    const key = await installation.db.apiKey.create({
      data: { id: newId(), userId: ann.id, name: 'k', prefix: 'brt_x', hash: newId() },
    })
    expect(await code(revokeApiKey(installation.deps, root, { apiKeyId: key.id }))).toBe('not_found')
    expect((await installation.db.apiKey.findUniqueOrThrow({ where: { id: key.id } })).revokedAt).toBeNull()
  })
})

describe('deleting', () => {
  test('is refused while a session exists, says which, and changes nothing', async () => {
    const session = await launchSession(installation.deps, ann, { imageId: await installation.image({ name: 'Notebook' }) })
    await stopSession(installation.deps, ann, { sessionId: session.id }).catch(() => {})
    const error = await deleteUser(installation.deps, root, { userId: ann.id }).catch((reason) => reason)
    expect(error.code).toBe('user_in_use')
    expect(error.message).toContain('Notebook')
    expect(error.message).toContain(session.id)
    expect(await installation.db.user.count({ where: { id: ann.id } })).toBe(1)
  })

  test('removes the person with the history of ended sessions and names the volumes that stay', async () => {
    const signedIn = await signIn(ann)
    const session = await launchSession(installation.deps, signedIn, {
      imageId: await installation.image({ name: 'Lab', homePolicy: 'perUserAndImage' }),
    })
    await installation.db.gpuHold.deleteMany({ where: { sessionId: session.id } })
    await installation.db.session.update({
      where: { id: session.id },
      data: { state: 'deleted', wanted: 'deleted', held: false },
    })
    const { leftHomes } = await deleteUser(installation.deps, root, { userId: ann.id })
    expect(leftHomes).toMatchObject([{ imageName: 'Lab' }])
    for (const rows of [
      installation.db.user.count({ where: { id: ann.id } }),
      installation.db.session.count({ where: { userId: ann.id } }),
      installation.db.home.count({ where: { userId: ann.id } }),
      installation.db.signIn.count({ where: { userId: ann.id } }),
    ]) {
      expect(await rows).toBe(0)
    }
    const entry = await installation.db.auditEntry.findFirstOrThrow({ where: { verb: 'user.delete', thingId: ann.id } })
    expect(JSON.stringify(entry.detail)).toContain(leftHomes[0]!.volumeName)
  })
})

describe('lists', () => {
  test('search, filter, sort and page in the database', async () => {
    const fresh = await testInstallation()
    try {
      const admin = await fresh.person('root', 'admin')
      for (const name of ['beta', 'alpha', 'gamma_1', 'gammax1']) await fresh.person(name)
      const names = async (given: object) =>
        (await tableUsers(fresh.deps, admin, UserTableQuery.parse(given))).items.map((user) => user.name)
      expect(await names({})).toEqual(['alpha', 'beta', 'gamma_1', 'gammax1', 'root'])
      expect(await names({ direction: 'desc', size: 2, page: 2 })).toEqual(['gamma_1', 'beta'])
      // An underscore is a letter here, not a wildcard.
      expect(await names({ search: 'gamma_' })).toEqual(['gamma_1'])
      expect(await names({ search: '\'; DROP TABLE "User"; --' })).toEqual([])
      expect(await names({ role: 'admin' })).toEqual(['root'])
      expect(await names({ status: 'disabled' })).toEqual([])
      for (const sort of ['role', 'created', 'sessions', 'seen']) expect(await names({ sort })).toHaveLength(5)
      const first = await pageUsers(fresh.deps, admin, { limit: 3 })
      const second = await pageUsers(fresh.deps, admin, { limit: 3, cursor: first.nextCursor! })
      expect(new Set([...first.items, ...second.items].map((user) => user.id)).size).toBe(5)
      expect(second.nextCursor).toBeNull()
    } finally {
      await fresh.close()
    }
  })
})

describe('settings', () => {
  test('a change of nothing writes nothing', async () => {
    const fresh = await testInstallation()
    try {
      const admin = await fresh.person('root', 'admin')
      expect(await updateSettings(fresh.deps, admin, {})).toMatchObject({ maxSessionsPerUser: 3 })
      await updateUser(fresh.deps, operatorActor(), { userId: admin.id })
      expect([await fresh.db.setting.count(), await fresh.db.auditEntry.count()]).toEqual([0, 0])
    } finally {
      await fresh.close()
    }
  })

  test('two changes at once do not undo each other', async () => {
    await Promise.all([
      updateSettings(installation.deps, root, { maxSessionsPerUser: 11 }),
      updateSettings(installation.deps, root, { maxGpusPerUser: 12 }),
    ])
    expect(await updateSettings(installation.deps, root, {})).toMatchObject({ maxSessionsPerUser: 11, maxGpusPerUser: 12 })
  })
})
