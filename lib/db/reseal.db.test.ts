import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { addAgent, addUser, launch } from '@/lib/controller/test-world'
import { systemClock } from '@/lib/domain/clock'
import { deriveKeys } from '@/lib/secrets/keys'
import { open, seal } from '@/lib/secrets/seal'
import { sealedColumns } from '@/lib/secrets/sealed-columns'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { ensureInstallation } from './installation'
import { readSecretFingerprint, reseal } from './reseal'

const [former, next, foreign] = [1, 2, 3].map((fill) => deriveKeys(Buffer.alloc(32, fill))) as [Keys, Keys, Keys]
type Keys = ReturnType<typeof deriveKeys>
let database: TestDatabase
let db: TestDatabase['db']

beforeEach(async () => {
  database = await createTestDatabase()
  db = database.db
  await ensureInstallation(db, { installLabel: 'sealed', secretFingerprint: former.fingerprint })
})
afterEach(() => database.drop())

/** One row with a sealed value in every column that has them. */
async function fill(): Promise<void> {
  const sealed = ({ table, id, column: named }: { table: string; id: string; column?: string }) => {
    const column = sealedColumns.find((candidate) => candidate.table === table && (!named || candidate.column === named))
    return seal(former, column?.context(id) ?? '', `secret of ${table}`)
  }
  const agentId = await addAgent(db)
  await db.agent.update({ where: { id: agentId }, data: { keySealed: sealed({ table: 'Agent', id: agentId }) } })
  const sessionId = await launch(db, systemClock, { userId: await addUser(db) })
  await db.session.update({
    where: { id: sessionId },
    data: { credentialSealed: sealed({ table: 'Session', id: sessionId }) },
  })
  await db.workspaceImage.create({
    data: {
      id: 'i',
      name: 'i',
      reference: 'i:1',
      cpuMillis: 1,
      memoryBytes: 1,
      shmBytes: 1,
      registryPasswordSealed: sealed({ table: 'WorkspaceImage', id: 'i' }),
    },
  })
  await db.imagePush.create({
    data: {
      id: 'p',
      imageId: 'i',
      agentId,
      dockerImageId: 'sha256:1',
      reference: 'r.example.org/i:1',
      registryPasswordSealed: sealed({ table: 'ImagePush', id: 'p' }),
    },
  })
  await db.portalSshKey.create({ data: { publicKey: 'p', keySealed: sealed({ table: 'PortalSshKey', id: 'this' }) } })
  const authority = (column: string) => sealed({ table: 'HostAuthority', id: 'this', column })
  await db.hostAuthority.create({
    data: { caPem: 'c', certPem: 'c', caKeySealed: authority('caKeySealed'), keySealed: authority('keySealed') },
  })
  await db.question.create({
    data: { id: 'q', kind: 'k', deadlineAt: new Date(), inputSealed: sealed({ table: 'Question', id: 'q' }) },
  })
}

async function opened(keys: Keys): Promise<string[]> {
  const found: string[] = []
  for (const { table, column, context } of sealedColumns) {
    const rows = await db.$queryRawUnsafe<{ id: string; sealed: string }[]>(
      `SELECT id, "${column}" AS sealed FROM "${table}" WHERE "${column}" IS NOT NULL`,
    )
    for (const { id, sealed } of rows) found.push(open(keys, context(id), sealed))
  }
  return found
}

test('every sealed column of the schema is in the list that a change of the secret goes by', async () => {
  const rows = await db.$queryRaw<{ table: string; column: string }[]>`
    SELECT table_name AS table, column_name AS column FROM information_schema.columns
    WHERE table_schema = 'public' AND column_name ILIKE '%sealed%' ORDER BY 1, 2`
  expect(sealedColumns.map(({ table, column }) => ({ table, column }))).toEqual(rows)
})

test('afterwards every value opens with the new secret, in its own place, and the database says which secret that is', async () => {
  await fill()
  const values = sealedColumns.map(({ table }) => `secret of ${table}`)
  expect(await opened(former)).toEqual(values)
  expect(await reseal(database.url, former, next)).toEqual({ values: values.length, unreadable: [] })
  expect(await opened(next)).toEqual(values)
  await expect(opened(former)).rejects.toThrow(/another BERTH_SECRET/)
  expect(await readSecretFingerprint(database.url)).toBe(next.fingerprint)
})

test('more rows than fit in one go are all encrypted anew', async () => {
  const rows = Array.from({ length: 1201 }, (_, index) => {
    const id = `q-${index}`
    return { id, kind: 'k', deadlineAt: new Date(), inputSealed: seal(former, `question:${id}`, String(index)) }
  })
  await db.question.createMany({ data: rows })
  expect((await reseal(database.url, former, next)).values).toBe(1201)
  expect((await opened(next)).map(Number).sort((a, b) => a - b)).toEqual(rows.map((_, index) => index))
})

test('a change that is killed in the middle has changed nothing', async () => {
  await fill()
  const blocking = db.$transaction(
    async (tx) => {
      await tx.$executeRaw`UPDATE "WorkspaceImage" SET notes = 'busy'`
      const changing = reseal(database.url, former, next).then(
        () => 'done',
        () => 'killed',
      )
      // By then the columns before this table's have been written.
      await vi.waitUntil(
        async () =>
          (await db.$executeRaw`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'`) > 0,
        { timeout: 10_000 },
      )
      return await changing
    },
    { timeout: 15_000 },
  )
  expect(await blocking).toBe('killed')
  expect(await opened(former)).toHaveLength(sealedColumns.length)
  expect(await readSecretFingerprint(database.url)).toBe(former.fingerprint)
})

test('a value that nobody can read stays as it is and is named', async () => {
  const id = await addAgent(db)
  const keySealed = seal(foreign, `agent-key:${id}`, 'x')
  await db.agent.update({ where: { id }, data: { keySealed } })
  expect(await reseal(database.url, former, next)).toEqual({ values: 0, unreadable: [`Agent ${id}`] })
  expect(await db.agent.findUniqueOrThrow({ where: { id } })).toMatchObject({ keySealed })
})

test('a database of another secret, or with sealed values of a newer version, is not touched', async () => {
  await fill()
  await expect(reseal(database.url, foreign, next)).rejects.toThrow(/another secret/)
  await db.$executeRaw`ALTER TABLE "Setting" ADD COLUMN "tokenSealed" TEXT`
  await expect(reseal(database.url, former, next)).rejects.toThrow(/Setting\.tokenSealed/)
  expect(await opened(former)).toHaveLength(sealedColumns.length)
})
