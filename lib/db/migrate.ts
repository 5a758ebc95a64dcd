// Brings a database to the schema of this version: looks, exports what is there, applies. Forward only.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DiagnoseMigrationHistoryOutput, MigrationList, SchemaEngine } from '@prisma/schema-engine-wasm'
import pg from 'pg'
import { DomainError } from '@/lib/domain/errors'
import type { Log } from '@/lib/log'
import { exportDatabase } from './export'
import { withSchemaEngine } from './schema-engine'

type Options = { databaseUrl: string; migrationsDir: string; backupsDir: string; log: Log }
export type MigrationResult = { applied: string[]; exportedTo: string | null }

const noFilter = { externalTables: [], externalEnums: [] }
// Two processes that start at once on one database must not both migrate it.
const migrationLock = 7_391_000

export async function migrateDatabase(options: Options): Promise<MigrationResult> {
  const { databaseUrl, migrationsDir, backupsDir, log } = options
  const migrations = await readMigrations(migrationsDir)
  return await whileLocked(databaseUrl, () =>
    withSchemaEngine(databaseUrl, async (engine) => {
      const pending = await findPending(engine, migrations)
      if (pending.names.length === 0) return { applied: [], exportedTo: null }
      const exportedTo = pending.isNew ? null : await exportDatabase({ databaseUrl, directory: backupsDir, log })
      const { appliedMigrationNames } = await engine
        .applyMigrations({ migrationsList: migrations, filters: noFilter })
        .catch((cause: unknown) => failMigration(cause, exportedTo))
      log.info({ applied: appliedMigrationNames, exportedTo }, `Applied ${appliedMigrationNames.length} migration(s)`)
      return { applied: appliedMigrationNames, exportedTo }
    }),
  )
}

/**
 * Throws unless the database has every migration of this version: for processes that do not migrate themselves. It may have newer ones: in a
 * rolling upgrade processes of the version before start and stop beside those of the next, and migrations leave them able to.
 */
export async function assertMigrated(databaseUrl: string, migrationsDir: string): Promise<void> {
  const migrations = await readMigrations(migrationsDir)
  const { names } = await withSchemaEngine(databaseUrl, (engine) => findPending(engine, migrations, { mayBeAhead: true }))
  if (names.length === 0) return
  throw new DomainError('misconfigured', {
    message: `The database lacks ${names.length} migration(s) of this version: ${names.join(', ')}.`,
    hint: 'Run npm run up, which exports the database and applies them.',
  })
}

/** Applies exactly these to an empty schema, as they were when a backup was written. */
export async function applyNamedMigrations(
  databaseUrl: string,
  migrationsDir: string,
  names: string[],
  schema?: string,
): Promise<void> {
  const all = await readMigrations(migrationsDir)
  const wanted = all.migrationDirectories.filter(({ path }) => names.includes(path))
  const unknown = names.filter((name) => !wanted.some(({ path }) => path === name))
  if (unknown.length > 0) {
    throw new DomainError('misconfigured', {
      message: `The backup was written by another version of Berth: ${unknown.join(', ')} is unknown here.`,
      hint: 'Check out the version that wrote it, or a newer one.',
    })
  }
  const migrationsList = { ...all, migrationDirectories: wanted }
  await withSchemaEngine(databaseUrl, (engine) => engine.applyMigrations({ migrationsList, filters: noFilter }), schema)
}

/** Brings that schema to this version. */
export async function applyMissingMigrations(databaseUrl: string, migrationsDir: string, schema: string): Promise<void> {
  const migrationsList = await readMigrations(migrationsDir)
  await withSchemaEngine(databaseUrl, (engine) => engine.applyMigrations({ migrationsList, filters: noFilter }), schema)
}

/** The SQL that leads from the migrations to the schema; empty when they agree. The database is only used to try things out in. */
export async function diffMigrations(databaseUrl: string, migrationsDir: string, schemaPath: string): Promise<string> {
  const migrations = await readMigrations(migrationsDir)
  const schema = { files: [{ path: schemaPath, content: await readFile(schemaPath, 'utf8') }] }
  return await withSchemaEngine(databaseUrl, async (engine) => {
    const from =
      migrations.migrationDirectories.length === 0 ? { tag: 'empty' as const } : { tag: 'migrations' as const, ...migrations }
    const to = { tag: 'schemaDatamodel' as const, ...schema }
    const difference = { from, to, script: true, exitCode: true, filters: noFilter }
    const { exitCode, stdout } = await engine.diff(difference)
    return exitCode === 0 ? '' : (stdout ?? '')
  })
}

async function readMigrations(migrationsDir: string): Promise<MigrationList> {
  const entries = await readdir(migrationsDir, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  const read = async (name: string) => {
    const value = await readFile(join(migrationsDir, name, 'migration.sql'), 'utf8')
    return { path: name, migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value } } }
  }
  return {
    baseDir: migrationsDir,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(names.sort().map(read)),
  }
}

type Pending = { names: string[]; isNew: boolean }

async function findPending(engine: SchemaEngine, migrations: MigrationList, { mayBeAhead = false } = {}): Promise<Pending> {
  const diagnosis = await engine.diagnoseMigrationHistory({
    migrationsList: migrations,
    optInToShadowDatabase: false,
    filters: noFilter,
  })
  const isAhead = diagnosis.history?.diagnostic === 'migrationsDirectoryIsBehind'
  if (!(mayBeAhead && isAhead)) refuseStrangeHistory(diagnosis)
  const { history } = diagnosis
  const names = history?.diagnostic === 'databaseIsBehind' ? history.unappliedMigrationNames : []
  return { names, isNew: !diagnosis.hasMigrationsTable }
}

function refuseStrangeHistory({ failedMigrationNames, editedMigrationNames, history }: DiagnoseMigrationHistoryOutput): void {
  if (failedMigrationNames.length > 0) {
    throw new DomainError('misconfigured', {
      message: `The migration ${failedMigrationNames.join(', ')} failed before and left the database half changed.`,
      hint: 'Restore the export that was written before it (see docs/setup.md), then run npm run up again.',
    })
  }
  if (editedMigrationNames.length > 0) {
    throw new DomainError('misconfigured', {
      message: `The migration ${editedMigrationNames.join(', ')} was applied in another wording than the one in prisma/migrations.`,
      hint: 'Put the file back as it was (git checkout prisma/migrations).',
    })
  }
  if (history && history.diagnostic !== 'databaseIsBehind') {
    throw new DomainError('misconfigured', {
      message: `The database was used by a newer version of Berth (it has ${history.unpersistedMigrationNames.join(', ')}).`,
      hint: 'Run that version again, or restore an export that was written before the upgrade.',
    })
  }
}

function failMigration(cause: unknown, exportedTo: string | null): never {
  throw new DomainError('misconfigured', {
    message: `A migration failed: ${cause instanceof Error ? cause.message : String(cause)}`,
    hint: exportedTo
      ? `The data as it was before lies in ${exportedTo}; docs/setup.md says how to restore it.`
      : 'Nothing was in the database before.',
    cause,
  })
}

async function whileLocked<R>(databaseUrl: string, work: () => Promise<R>): Promise<R> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock])
    return await work()
  } finally {
    // Closing the connection releases the lock.
    await client.end()
  }
}
