// What replaces or re-encrypts the whole database is done with every portal stopped. On a shared PostgreSQL they are seen by their connections.
import pg from 'pg'
import { DomainError } from '@/lib/domain/errors'

export async function refuseWhileInUse(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    const { rows } = await client.query<{ address: string | null }>(`
      SELECT DISTINCT host(client_addr) AS address FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'berth'`)
    if (rows.length === 0) return
    const from = rows.map(({ address }) => address ?? 'this machine').join(', ')
    throw new DomainError('conflict', {
      message: `A portal is at work on this database (from ${from}).`,
      hint: 'Stop every process of Berth that uses it, then run this again. Running desktops go on meanwhile.',
    })
  } finally {
    await client.end()
  }
}
