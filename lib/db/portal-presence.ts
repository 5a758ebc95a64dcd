// The second barrier against two portals on one embedded database, for the case that the lock file in the data directory was removed by hand.
import pg from 'pg'
import { DomainError } from '@/lib/domain/errors'

const presenceLock = 7_391_005

export async function holdPresence(databaseUrl: string): Promise<{ release: () => Promise<void> }> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000, keepAlive: true })
  // The lock ends with the connection. A database that goes away is noticed, and told, by everything else.
  client.on('error', () => undefined)
  await client.connect()
  const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [presenceLock])
  if (rows[0]?.taken) return { release: () => client.end() }
  await client.end()
  throw new DomainError('misconfigured', {
    message: 'Another Berth works on this database.',
    hint: 'End that one first, or set BERTH_DATA_DIR and BERTH_PORT to run a second, separate Berth.',
  })
}
