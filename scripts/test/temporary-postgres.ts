// A migrated PostgreSQL that ends with the process that asked for it, however that ends: a test or a benchmark that is killed leaves none behind.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { startEmbeddedPostgres } from '@/lib/db/embedded-postgres'
import { migrateDatabase } from '@/lib/db/migrate'

export type TemporaryPostgres = { url: string; dataDir: string; stop(): Promise<void> }

export async function openTemporaryPostgres(prefix: string): Promise<TemporaryPostgres> {
  const dataDir = mkdtempSync(join(tmpdir(), prefix))
  const release = leash(dataDir)
  const log = pino({ level: 'silent' })
  const database = await startEmbeddedPostgres({ dataDir, log })
  const migrationsDir = join(process.cwd(), 'prisma', 'migrations')
  await migrateDatabase({ databaseUrl: database.url, migrationsDir, backupsDir: join(dataDir, 'backups'), log })
  return {
    url: database.url,
    dataDir,
    stop: async () => {
      await database.stop()
      rmSync(dataDir, { recursive: true, force: true })
      release()
    },
  }
}

// Its input ends with whoever holds the other end, killed or not; then it does what is left to do.
const whenLet = `
cat >/dev/null
pid=$(head -n 1 "$1/postgres/cluster/postmaster.pid" 2>/dev/null)
if [ -n "$pid" ] && kill -INT "$pid" 2>/dev/null; then
  for _ in $(seq 200); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
fi
rm -rf "$1"
`

/** In a group of its own, so that Ctrl-C does not take it along. */
function leash(dataDir: string): () => void {
  const child = spawn('/bin/sh', ['-c', whenLet, 'leash', dataDir], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  child.unref()
  const held = child.stdin as unknown as Socket
  held.unref()
  return () => held.end()
}
