// The operator's commands as an operator runs them: processes of their own, against a PostgreSQL that is not the portal's own.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureInstallation } from '@/lib/db/installation'
import { deriveKeys } from '@/lib/secrets/keys'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { runBerth } from './run-berth'

const secret = Buffer.alloc(32, 5).toString('base64')
let database: TestDatabase
let dataDir: string

beforeAll(async () => {
  database = await createTestDatabase()
  dataDir = mkdtempSync(join(tmpdir(), 'berth-cli-'))
  await ensureInstallation(database.db, {
    installLabel: 'cli-test',
    secretFingerprint: deriveKeys(Buffer.from(secret)).fingerprint,
  })
})
afterAll(async () => {
  await database.drop()
  rmSync(dataDir, { recursive: true, force: true })
})

const berth = (...args: string[]) =>
  runBerth({ DATABASE_URL: database.url, BERTH_DATA_DIR: dataDir, BERTH_SECRET: secret }, ...args)

test('an agent is added, listed, edited, switched off and on, and removed', { timeout: 120_000 }, async () => {
  expect(await berth('agent', 'add', '--name', 'rack-1', '--socket', '/run/rack-1.sock')).toMatchObject({ code: 0 })
  expect((await berth('agent', 'list')).out).toBe('rack-1\tnew\tunix:///run/rack-1.sock\n')
  const edited = await berth(
    'agent',
    'edit',
    'rack-1',
    '--new-name',
    'rack-2',
    '--groups',
    'a100,big',
    '--cpus',
    '6',
    '--memory-gib',
    '12',
  )
  expect(edited).toMatchObject({ code: 0, out: 'rack-2: Changed.\n' })
  const row = await database.db.agent.findFirstOrThrow({ where: { name: 'rack-2' } })
  expect(row).toMatchObject({ groups: ['a100', 'big'], cpuMillisOverride: 6000, memoryBytesOverride: 12 * 1024 ** 3 })
  expect(await berth('agent', 'disable', 'rack-2')).toMatchObject({ code: 0 })
  expect((await berth('agent', 'list')).out).toBe('rack-2\tdisabled\tunix:///run/rack-1.sock\n')
  expect(await berth('agent', 'enable', 'rack-2')).toMatchObject({ code: 0 })
  expect(await berth('agent', 'edit', 'rack-2', '--cpus', 'none', '--groups', 'none')).toMatchObject({ code: 0 })
  expect(await database.db.agent.findFirstOrThrow({ where: { name: 'rack-2' } })).toMatchObject({
    groups: [],
    cpuMillisOverride: null,
  })
  expect(await berth('agent', 'remove', 'rack-2')).toMatchObject({ code: 0 })
  expect(await berth('agent', 'list')).toMatchObject({ code: 0, out: '' })
})

test('an agent is drained with a message and a deadline, and put back', { timeout: 120_000 }, async () => {
  await berth('agent', 'add', '--name', 'rack-3', '--socket', '/run/rack-3.sock')
  const drained = await berth('agent', 'drain', 'rack-3', '--message', 'New driver', '--deadline', '4h')
  expect(drained).toMatchObject({
    code: 0,
    out: expect.stringContaining('rack-3: Nothing new starts on it; what is left is stopped at 2'),
  })
  const told = await database.db.agent.findFirstOrThrow({ where: { name: 'rack-3' } })
  expect(told).toMatchObject({ drainedAt: expect.any(Date), drainMessage: 'New driver', drainDeadlineAt: expect.any(Date) })
  expect(await berth('agent', 'undrain', 'rack-3')).toMatchObject({ code: 0, out: 'rack-3: In service again.\n' })
  await database.db.agent.deleteMany()
})

test('what cannot be done says why, with 1 for a refusal and 2 for a wrong call, and changes nothing', {
  timeout: 120_000,
}, async () => {
  const before = await database.db.agent.count()
  const unknown = await berth('agent', 'remove', 'nobody')
  expect(unknown.code).toBe(1)
  expect(unknown.err).toContain('There is no agent named "nobody"')
  expect(await berth('agent', 'edit', 'nobody')).toMatchObject({ code: 2 })
  expect(await berth('agent', 'sell', 'nobody')).toMatchObject({ code: 2 })
  expect(await berth('agent', 'drain', 'nobody', '--deadline', 'soon')).toMatchObject({ code: 2 })
  expect(await berth('agent', 'add', '--name', 'x', '--socket', 'relative.sock')).toMatchObject({ code: 2 })
  expect(await database.db.agent.count()).toBe(before)
})

test('the key of a new person is the last line, alone, and stands for that person', { timeout: 120_000 }, async () => {
  expect(await berth('user', 'create', 'olga', '--admin')).toMatchObject({ code: 0 })
  const { out, code } = await berth('api-key', 'create', '--user', 'olga')
  expect(code).toBe(0)
  expect(out).toMatch(/^brt_[A-Za-z0-9_-]{43}\n$/)
  expect(await database.db.apiKey.count({ where: { user: { name: 'olga', role: 'admin' } } })).toBe(1)
})

test('the builds of an image are listed, one is pinned and let go, and a registry that nobody may ask fails the command', {
  timeout: 120_000,
}, async () => {
  const { db } = database
  const [reference, digest] = ['r.example.org/team/x:1', `sha256:${'a'.repeat(64)}`]
  const fields = { name: 'Lab', reference, cpuMillis: 1000, memoryBytes: 1, shmBytes: 1 }
  const { id } = await db.workspaceImage.create({ data: { id: 'imageofthetest', ...fields } })
  const firstSeenAt = new Date('2026-01-01T08:00:00Z')
  await db.imageTag.create({ data: { reference, digest, digestSince: firstSeenAt } })
  await db.imageDigest.create({ data: { reference, digest, firstSeenAt } })
  const line = (marks: string) => `${digest}\t${firstSeenAt.toISOString()}\t${marks}\t0 agents\t0 sessions\n`
  expect(await berth('image', 'builds', 'Lab')).toMatchObject({ code: 0, out: line('current') })
  expect(await berth('image', 'pin', 'Lab', digest)).toMatchObject({ code: 0 })
  expect(await berth('image', 'builds', id)).toMatchObject({ code: 0, out: line('pinned,current') })
  expect(await berth('image', 'unpin', 'Lab')).toMatchObject({ code: 0 })
  expect(await db.workspaceImage.findUnique({ where: { id } })).toMatchObject({ pinnedDigest: null })
  expect(await berth('image', 'check', 'Lab')).toMatchObject({ code: 1, err: expect.stringContaining('from a registry') })
})

test('the portal’s own ssh key is made once, and only its public half is printed', { timeout: 120_000 }, async () => {
  const first = await berth('agent', 'ssh-key')
  expect(first.out).toMatch(/^ssh-ed25519 [A-Za-z0-9+/=]+ berth portal\n$/)
  expect(await berth('agent', 'ssh-key')).toEqual(first)
})

test('an agent behind ssh is added with the key that was confirmed, and not without', { timeout: 120_000 }, async () => {
  const hostKey = `SHA256:${'a'.repeat(43)}`
  expect(await berth('agent', 'add', '--name', 'far', '--ssh', 'berth@127.0.0.1:1')).toMatchObject({ code: 1 })
  expect(await berth('agent', 'add', '--name', 'far', '--ssh', 'berth@10.0.0.9', '--host-key', hostKey)).toMatchObject({
    code: 0,
  })
  expect((await berth('agent', 'list')).out).toBe('far\tnew\tssh://berth@10.0.0.9:22\n')
  const row = await database.db.agent.findFirstOrThrow({ where: { name: 'far' } })
  expect(row).toMatchObject({ sshHostKey: hostKey, sshUsesPortalKey: true, socketPath: '/var/run/docker.sock' })
  expect(row.keySealed).not.toContain('PRIVATE KEY')
  await database.db.agent.deleteMany()
})
