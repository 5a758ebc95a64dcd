// The second barrier against two portals on one embedded database, for the case that the lock file in the data directory was removed by hand.
import pg from 'pg'
import { DomainError } from '@/lib/domain/errors'

const presenceLock = 7_391_005

export type Presence = { release: () => Promise<void> }

/** `onLost`: the connection ended without being released, so the database is gone or starts anew. */
export async function holdPresence(databaseUrl: string, onLost: () => void): Promise<Presence> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000, keepAlive: true })
  let isReleased = false
  // What goes wrong on the connection ends it; the end is what counts.
  client.on('error', () => undefined)
  await client.connect()
  const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [presenceLock])
  if (rows[0]?.taken) {
    client.once('end', () => isReleased || onLost())
    const release = async () => {
      isReleased = true
      await client.end()
    }
    return { release }
  }
  await client.end()
  throw new DomainError('misconfigured', {
    message: 'Another Berth works on this database.',
    hint: 'End that one first, or set BERTH_DATA_DIR and BERTH_PORT to run a second, separate Berth.',
  })
}
