// Downloads that nobody reads, through the whole line: what ends them, and that their places are free then.
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { FakeHost } from '@/lib/docker/fake-host'
import type { Actor } from '@/lib/domain/actor'
import { newId } from '@/lib/domain/ids'
import type { Deps } from './deps'
import { downloadFile } from './download-file'
import { listFiles } from './list-files'
import { type TestFilesLine, testFilesLine, whole } from './test-files-line'
import type { TestInstallation } from './test-installation'

let line: TestFilesLine
let installation: TestInstallation
let deps: Deps
let alice: Actor
let fake: FakeHost
let sessionId: string
const signal = new AbortController().signal

beforeAll(async () => {
  line = await testFilesLine()
  ;({ installation, deps, alice, fake, sessionId } = line)
})

afterAll(() => line?.close())

const endless = (with_ = deps, actor = alice) =>
  downloadFile(with_, actor, { sessionId, folder: 'Uploads', name: 'endless' }, signal)

test('a download that nobody reads ends with its session, and makes room', async () => {
  const opened = await Promise.all([endless(), endless(), endless(), endless()])
  await vi.waitFor(() => expect(fake.endlessReaders).toBe(4))
  await expect(listFiles(deps, alice, { sessionId }, signal)).rejects.toMatchObject({ code: 'too_many_transfers' })
  await line.setSession({ wanted: 'stopped' })
  await vi.waitFor(() => expect(fake.endlessReaders).toBe(0), { timeout: 10_000 })
  await line.setSession({ wanted: 'running' })
  await vi.waitFor(async () => void (await listFiles(deps, alice, { sessionId }, signal)))
  for (const { content } of opened) await expect(whole(content)).rejects.toThrow()
})

test('a download ends with the sign-in or the key that it was asked with, with its person and with the lease of the controller', async () => {
  const { db } = installation
  const past = new Date(Date.now() - 1000)
  const made = () => ({ userId: alice.id, id: newId(), expiresAt: new Date(Date.now() + 3_600_000) })
  const asked = async (...many: Actor['by'][]) => {
    const opened = await Promise.all(many.map((by) => endless(deps, { ...alice, by })))
    await vi.waitFor(() => expect(fake.endlessReaders).toBe(many.length))
    return opened
  }
  const over = async (opened: { content: AsyncIterable<Uint8Array> }[]) => {
    await vi.waitFor(() => expect(fake.endlessReaders).toBe(0), 10_000)
    for (const { content } of opened) await expect(whole(content)).rejects.toThrow()
  }
  const signIns = await db.signIn.createManyAndReturn({ data: [made(), made()] })
  const keys = await db.apiKey.createManyAndReturn({
    data: [made(), made()].map((row) => ({ ...row, name: 'ci', prefix: 'brt_', hash: row.id })),
  })
  const [[out, unused], [revoked, expired]] = [signIns.map(({ id }) => id), keys.map(({ id }) => id)] as [string[], string[]]
  const bys = [
    ...signIns.map(({ id }) => ({ kind: 'signIn' as const, id })),
    ...keys.map(({ id }) => ({ kind: 'apiKey' as const, id })),
  ]
  const each = await asked(...bys)
  await db.signIn.update({ where: { id: out! }, data: { endedAt: past } })
  await db.signIn.update({ where: { id: unused! }, data: { expiresAt: past } })
  await db.apiKey.update({ where: { id: revoked! }, data: { revokedAt: past } })
  await db.apiKey.update({ where: { id: expired! }, data: { expiresAt: past } })
  await over(each)
  for (const by of bys) await expect(endless(deps, { ...alice, by })).rejects.toMatchObject({ code: 'unauthenticated' })

  const disabled = await asked(alice.by)
  await db.user.update({ where: { id: alice.id }, data: { disabledAt: past } })
  await over(disabled)
  await db.user.update({ where: { id: alice.id }, data: { disabledAt: null } })

  const lost = await asked(alice.by)
  await db.agent.updateMany({ data: { leaseHolder: 'another' } })
  await over(lost)
  await vi.waitFor(() => listFiles(deps, alice, { sessionId }, signal), 10_000)
})

test('a download that cannot be written down is given back', async () => {
  const failing = deps.db.$extends({
    query: { sessionEvent: { create: () => Promise.reject(new Error('the database is away')) } },
  })
  await expect(endless({ ...deps, db: failing as unknown as Deps['db'] })).rejects.toThrow('the database is away')
  await vi.waitFor(() => expect(fake.endlessReaders).toBe(0))
  await expect(listFiles(deps, alice, { sessionId }, signal)).resolves.toBeDefined()
})
