// Encrypts everything anew for another secret, in one transaction that also writes down which secret it is now: the database is never between two.
import pg from 'pg'
import { DomainError } from '@/lib/domain/errors'
import type { Keys } from '@/lib/secrets/keys'
import { open, seal } from '@/lib/secrets/seal'
import { type SealedColumn, sealedColumns } from '@/lib/secrets/sealed-columns'

/** `unreadable`: values that the former secret does not open, which stay as they are. */
export type Resealed = { values: number; unreadable: string[] }

const batchSize = 500

export async function reseal(databaseUrl: string, from: Keys, to: Keys): Promise<Resealed> {
  return await withClient(databaseUrl, async (client) => {
    await client.query('BEGIN')
    await assertSealedWith(client, from.fingerprint)
    await assertAllKnown(client)
    const resealed: Resealed = { values: 0, unreadable: [] }
    for (const column of sealedColumns) await resealColumn(client, column, { from, to }, resealed)
    await client.query('UPDATE "Installation" SET "secretFingerprint" = $1', [to.fingerprint])
    await client.query('COMMIT')
    return resealed
  })
}

/** The id of the secret that the database is encrypted with; null where there is no installation yet. */
export async function readSecretFingerprint(databaseUrl: string): Promise<string | null> {
  return await withClient(databaseUrl, async (client) => {
    const { rows: found } = await client.query<{ there: boolean }>(`SELECT to_regclass('"Installation"') IS NOT NULL AS there`)
    if (!found[0]?.there) return null
    const { rows } = await client.query<{ secretFingerprint: string }>('SELECT "secretFingerprint" FROM "Installation"')
    return rows[0]?.secretFingerprint ?? null
  })
}

async function withClient<R>(databaseUrl: string, work: (client: pg.Client) => Promise<R>): Promise<R> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    return await work(client)
  } finally {
    // Ends an open transaction as well.
    await client.end()
  }
}

async function assertSealedWith(client: pg.Client, fingerprint: string): Promise<void> {
  const { rowCount } = await client.query('SELECT 1 FROM "Installation" WHERE "secretFingerprint" = $1 FOR UPDATE', [fingerprint])
  if (rowCount === 1) return
  throw new DomainError('conflict', { message: 'The database is encrypted with another secret by now.' })
}

async function assertAllKnown(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(`
    SELECT table_name || '.' || column_name AS name FROM information_schema.columns
    WHERE table_schema = current_schema() AND column_name LIKE '%Sealed' ORDER BY 1`)
  const known = new Set(sealedColumns.map(({ table, column }) => `${table}.${column}`))
  const strange = rows.flatMap(({ name }) => (known.has(name) ? [] : [name]))
  if (strange.length === 0) return
  throw new DomainError('misconfigured', {
    message: `The database holds sealed values that this version does not know: ${strange.join(', ')}.`,
    hint: 'Run the version of Berth that the database belongs to.',
  })
}

type Change = { from: Keys; to: Keys }

async function resealColumn(client: pg.Client, target: SealedColumn, { from, to }: Change, into: Resealed): Promise<void> {
  const { table, column, context } = target
  for (let after = ''; ; ) {
    const { rows } = await client.query<{ id: string; sealed: string }>(
      `SELECT id, "${column}" AS sealed FROM "${table}" WHERE "${column}" IS NOT NULL AND id > $1 ORDER BY id LIMIT ${batchSize}`,
      [after],
    )
    const ids: string[] = []
    const values: string[] = []
    for (const { id, sealed } of rows) {
      const plain = openOrNull(from, context(id), sealed)
      if (plain === null) into.unreadable.push(`${table} ${id}`)
      else {
        ids.push(id)
        values.push(seal(to, context(id), plain))
      }
    }
    await client.query(
      `UPDATE "${table}" SET "${column}" = v.sealed FROM unnest($1::text[], $2::text[]) AS v(id, sealed) WHERE "${table}".id = v.id`,
      [ids, values],
    )
    into.values += ids.length
    const last = rows.at(-1)
    if (!last || rows.length < batchSize) return
    after = last.id
  }
}

function openOrNull(keys: Keys, context: string, sealed: string): string | null {
  try {
    return open(keys, context, sealed)
  } catch {
    return null
  }
}
