// `npm run migration:new NAME` writes the SQL from the migrations to the schema; `npm run migration:check` fails when there is any.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { diffMigrations } from '@/lib/db/migrate'
import { openEmptyPostgres } from '@/scripts/test/temporary-postgres'

const root = dirname(import.meta.dirname)
const migrationsDir = join(root, 'prisma', 'migrations')

async function difference(): Promise<string> {
  const database = await openEmptyPostgres('berth-migration-')
  try {
    return await diffMigrations(database.url, migrationsDir, join(root, 'prisma', 'schema.prisma'))
  } finally {
    await database.stop()
  }
}

function writeMigration(name: string, sql: string): void {
  const stamp = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14)
  const directory = join(migrationsDir, `${stamp}_${name}`)
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'migration.sql'), sql)
  writeFileSync(join(migrationsDir, 'migration_lock.toml'), 'provider = "postgresql"\n')
  console.log(`Wrote ${directory}/migration.sql. Read it before you commit it.`)
}

const [command, name] = process.argv.slice(2)
if (command === 'new' && !/^[a-z][a-z0-9_]{2,60}$/.test(name ?? '')) {
  console.error('Give the migration a name in lower case with underscores: npm run migration:new add_session_notes')
  process.exitCode = 2
} else if (command === 'new' || command === 'check') {
  const sql = await difference()
  if (sql === '') console.log('The migrations and prisma/schema.prisma agree.')
  else if (command === 'new') writeMigration(name ?? '', sql)
  else {
    console.error(`prisma/schema.prisma has changes without a migration. Run npm run migration:new NAME. Missing:\n${sql}`)
    process.exitCode = 1
  }
} else {
  console.error('Use: migration:new NAME or migration:check')
  process.exitCode = 2
}
