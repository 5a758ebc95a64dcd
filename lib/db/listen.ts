// LISTEN on a connection of its own that comes back by itself. A transaction-mode pooler cannot carry it.
import pg from 'pg'

export type ListenOptions = {
  connectionString: string
  channels: readonly string[]
  onNotify(channel: string, payload: string): void
  /** Called after each (re)connection: what was missed meanwhile must be read again. */
  onConnected(): void
  onLost(error: Error): void
  signal: AbortSignal
}

export async function listen(options: ListenOptions): Promise<void> {
  let waitMs = 200
  while (!options.signal.aborted) {
    const client = new pg.Client({
      connectionString: options.connectionString,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      application_name: 'berth',
    })
    try {
      await client.connect()
      for (const channel of options.channels) await client.query(`LISTEN ${client.escapeIdentifier(channel)}`)
      waitMs = 200
      client.on('notification', (message) => options.onNotify(message.channel, message.payload ?? ''))
      options.onConnected()
      await ended(client, options.signal)
    } catch (error) {
      if (!options.signal.aborted) options.onLost(error instanceof Error ? error : new Error(String(error)))
    } finally {
      client.removeAllListeners('notification')
      client.on('error', () => {})
      await client.end().catch(() => {})
    }
    if (!options.signal.aborted) await pause(waitMs, options.signal)
    waitMs = Math.min(waitMs * 2, 5_000)
  }
}

function ended(client: pg.Client, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
    client.on('error', reject)
    client.on('end', () => reject(new Error('the listening connection ended')))
  })
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
  })
}
