// Puts a backup back. Everything is made in a schema beside the real one and takes its place in one transaction at the end: a restore that
// fails or is killed half-way has changed nothing.
import pg from 'pg'
import { DomainError } from '@/lib/domain/errors'
import { applyMissingMigrations, applyNamedMigrations } from './migrate'
import { type Backup, replayBackup } from './read-backup'
import { refuseWhileInUse } from './refuse-while-in-use'

type Options = { databaseUrl: string; migrationsDir: string; backup: Backup; replace: boolean; secretFingerprint: string }

const side = 'berth_restoring'

/** Leaves the database with the schema of this version, whichever (older) one wrote the backup. */
export async function restoreDatabase(options: Options): Promise<void> {
  const { databaseUrl, migrationsDir, backup, secretFingerprint } = options
  assertSameSecret(backup, secretFingerprint)
  await refuseWhileInUse(databaseUrl)
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000, application_name: 'berth' })
  await client.connect()
  try {
    if (!options.replace) await assertEmpty(client)
    await client.query(`DROP SCHEMA IF EXISTS ${side} CASCADE; CREATE SCHEMA ${side}`)
    await applyNamedMigrations(databaseUrl, migrationsDir, backup.migrations, side)
    await client.query(`SET search_path = ${side}; BEGIN`)
    const foreignKeys = await takeForeignKeys(client)
    await replayBackup(client, backup)
    for (const { add } of foreignKeys) await client.query(add)
    await endRights(client)
    await client.query('COMMIT')
    await applyMissingMigrations(databaseUrl, migrationsDir, side)
    await client.query('BEGIN')
    await takePlace(client)
    await client.query('COMMIT')
  } finally {
    await client.query(`ROLLBACK; DROP SCHEMA IF EXISTS ${side} CASCADE`).catch(() => undefined)
    await client.end()
  }
}

function assertSameSecret({ about }: Backup, secretFingerprint: string): void {
  if (!about?.secretFingerprint || about.secretFingerprint === secretFingerprint) return
  throw new DomainError('misconfigured', {
    message: `The backup was made with another secret (${about.secretFingerprint}) than the one of this process (${secretFingerprint}).`,
    hint: 'Put the secret that was kept beside it into the file "secret" of the data directory (or BERTH_SECRET), then restore.',
  })
}

async function assertEmpty(client: pg.Client): Promise<void> {
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND ${notOfAnExtension}`,
  )
  const names = tables.map(({ name }) => name)
  if (names.length === 0) return
  if (!names.includes('_prisma_migrations')) {
    throw new DomainError('misconfigured', {
      message: `The database holds tables that are not Berth's (${names.slice(0, 3).join(', ')}).`,
      hint: 'Give Berth a database of its own and name it in DATABASE_URL.',
    })
  }
  const { rowCount } = names.includes('Installation') ? await client.query('SELECT 1 FROM "Installation"') : { rowCount: 1 }
  if (rowCount === 0) return
  throw new DomainError('conflict', {
    message: 'The database holds a Berth installation already.',
    hint: 'Add --replace to put the backup in its place. What is there now is written to the folder "backups" first.',
  })
}

const notOfAnExtension = "NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"

type ForeignKey = { drop: string; add: string }

/** Rows come table by table, whatever refers to whatever; the keys are checked when they are put back. Needs no superuser. */
async function takeForeignKeys(client: pg.Client): Promise<ForeignKey[]> {
  const { rows } = await client.query<ForeignKey>(`
    SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop,
           format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS add
    FROM pg_constraint WHERE contype = 'f' AND connamespace = '${side}'::regnamespace ORDER BY conname`)
  for (const { drop } of rows) await client.query(drop)
  return rows
}

/** A sign-in that was ended since the backup must not come back to life with it; nor a lease whose holder is gone. */
async function endRights(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ there: boolean }>(`SELECT to_regclass('"SignIn"') IS NOT NULL AS there`)
  if (!rows[0]?.there) return
  await client.query(`
    UPDATE "SignIn" SET "endedAt" = now() WHERE "endedAt" IS NULL;
    UPDATE "Grant" SET "revokedAt" = now() WHERE "revokedAt" IS NULL;
    UPDATE "Agent" SET "leaseUntil" = NULL`)
  // Who else restored the same backup, or went on without it, is told apart by marks: this one has made none.
  const { rows: hosts } = await client.query<{ there: boolean }>(`SELECT to_regclass('"AgentHost"') IS NOT NULL AS there`)
  if (!hosts[0]?.there) return
  await client.query(`UPDATE "AgentHost" SET "markNames" = '{}', "markedAt" = NULL, "claimedAt" = NULL, "tookOver" = false`)
}

/** What extensions keep in the schema "public" stays there. */
async function takePlace(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ sql: string }>(`
    SELECT sql FROM (
      SELECT 1 AS step, format('DROP TABLE public.%I CASCADE', c.relname) AS sql FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND ${notOfAnExtension}
      UNION ALL
      SELECT 2, format('DROP TYPE public.%I CASCADE', c.typname) FROM pg_type c
        WHERE c.typnamespace = 'public'::regnamespace AND c.typtype = 'e' AND ${notOfAnExtension}
      UNION ALL
      SELECT 3, format('ALTER TYPE ${side}.%I SET SCHEMA public', typname) FROM pg_type
        WHERE typnamespace = '${side}'::regnamespace AND typtype = 'e'
      UNION ALL
      SELECT 3, format('ALTER TABLE ${side}.%I SET SCHEMA public', relname) FROM pg_class
        WHERE relnamespace = '${side}'::regnamespace AND relkind IN ('r', 'p')
    ) AS steps ORDER BY step`)
  for (const { sql } of rows) await client.query(sql)
}
