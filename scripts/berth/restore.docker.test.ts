// The machine of the portal is lost and its backup put into an empty database: the desktops never noticed, and the new portal has them all.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { askDesktop } from '@/lib/controller/ask-desktop'
import { type Controller, startController } from '@/lib/controller/start-controller'
import { addAgent, addUser, launch, silentLog, testKeys, want } from '@/lib/controller/test-world'
import { type Db, openDb } from '@/lib/db/client'
import { exportDatabase } from '@/lib/db/export'
import { ensureInstallation, getInstallation } from '@/lib/db/installation'
import { openBackup } from '@/lib/db/read-backup'
import { restoreDatabase } from '@/lib/db/restore'
import { openDockerHost } from '@/lib/docker/open-docker-host'
import { engineCleanup, testDocker, testSocketPath } from '@/lib/docker/test-engine'
import { systemClock } from '@/lib/domain/clock'
import { containerName } from '@/lib/domain/container-spec'
import { newId } from '@/lib/domain/ids'
import { open } from '@/lib/secrets/seal'
import { sealContext } from '@/lib/secrets/seal-contexts'
import { defaultDesktopTag } from '@/scripts/images/build-desktop-image'
import { createBareDatabase, createTestDatabase, dropDatabase, type TestDatabase } from '@/scripts/test/test-database'

const socketPath = testSocketPath(process.env.DOCKER_HOST)
const installLabel = `restore-${newId()}`
const secretFingerprint = testKeys.fingerprint
let directory: string
let before: TestDatabase
let target: string

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'berth-restore-docker-'))
  before = await createTestDatabase()
  target = await createBareDatabase()
  await ensureInstallation(before.db, { installLabel, secretFingerprint })
})
afterAll(async () => {
  await dropDatabase(target)
  await engineCleanup(socketPath, installLabel)
  rmSync(directory, { recursive: true })
})

type Portal = { controller: Controller; stop: () => Promise<void> }

async function startPortal(db: Db, databaseUrl: string): Promise<Portal> {
  const stopping = new AbortController()
  const { installId } = await getInstallation(db, secretFingerprint)
  const controller = startController({
    db,
    databaseUrl,
    keys: testKeys,
    clock: systemClock,
    log: silentLog,
    installId,
    openHost: openDockerHost,
    signal: stopping.signal,
  })
  await controller.ready
  const stop = async () => {
    stopping.abort()
    await controller.done
  }
  return { controller, stop }
}

async function reach(db: Db, id: string, state: string): Promise<void> {
  const seen = async () => (await db.session.findUniqueOrThrow({ where: { id } })).state
  await vi.waitFor(async () => expect(await seen()).toBe(state), { timeout: 60_000, interval: 50 })
}

test('a restored portal has the desktops that run, with their passwords, and makes the one lost that is gone', async () => {
  const userId = await addUser(before.db)
  await addAgent(before.db, { name: 'here', socketPath })
  const first = await startPortal(before.db, before.url)
  const reference = process.env.BERTH_TEST_DESKTOP_IMAGE ?? defaultDesktopTag
  const kept = await launch(before.db, systemClock, { userId, reference })
  const gone = await launch(before.db, systemClock, { userId, reference })
  for (const id of [kept, gone]) await reach(before.db, id, 'running')
  const path = await exportDatabase({ databaseUrl: before.url, path: join(directory, 'backup.gz'), log: silentLog })
  await first.stop()
  await before.drop()
  const docker = testDocker(socketPath)
  await docker.getContainer(containerName(gone)).remove({ force: true })
  const running = await docker.getContainer(containerName(kept)).inspect()

  const backup = await openBackup(path)
  const migrationsDir = join(process.cwd(), 'prisma', 'migrations')
  await restoreDatabase({ databaseUrl: target, migrationsDir, backup, replace: false, secretFingerprint })
  const db = openDb(target)
  const second = await startPortal(db, target)
  try {
    // Its agent was looked at: the one that is missing was found missing, so the other one was found.
    await reach(db, gone, 'lost')
    const row = await db.session.findUniqueOrThrow({ where: { id: kept } })
    expect(row).toMatchObject({ state: 'running', containerId: running.Id })
    const password = open(testKeys, sealContext.credential(kept), row.credentialSealed ?? '')
    const question = { host: row.reachHost ?? '', port: row.reachPort ?? 0, password, pin: row.certPin ?? '', timeoutMs: 5_000 }
    expect(await askDesktop(question, new AbortController().signal)).toMatchObject({ kind: 'answered' })
    await want(db, kept, 'paused')
    await reach(db, kept, 'paused')
    await want(db, kept, 'deleted')
    await reach(db, kept, 'deleted')
    await expect(docker.getContainer(running.Id).inspect()).rejects.toMatchObject({ statusCode: 404 })
  } finally {
    await second.stop()
    await db.$disconnect()
  }
})
