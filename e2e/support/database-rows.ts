// The portal's database as somebody with a copy of it would read it.
import pg from 'pg'
import { loadConfig } from '@/lib/config'
import type { PortalFacts } from './portal'

export type Database = {
  rows<T extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<T[]>
  /** Every row of every table, as text. */
  dump(): Promise<string>
  close(): Promise<void>
}

export async function openDatabase(portal: PortalFacts): Promise<Database> {
  const client = new pg.Client({ connectionString: loadConfig(portal.environment).databaseUrl })
  await client.connect()
  const rows = async <T extends pg.QueryResultRow>(sql: string, values: unknown[] = []) =>
    (await client.query<T>(sql, values)).rows
  return {
    rows,
    async dump() {
      const tables = await rows<{ name: string }>(`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`)
      const texts: string[] = []
      for (const { name } of tables) {
        for (const { text } of await rows<{ text: string }>(`SELECT t::text AS text FROM "${name}" t`))
          texts.push(`${name} ${text}`)
      }
      return texts.join('\n')
    },
    close: () => client.end(),
  }
}
