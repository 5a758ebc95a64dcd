// The one Prisma client of a process. Kept on globalThis: Next bundles its own copy of this module beside the server's.
import { setFlagsFromString } from 'node:v8'
import { PrismaPg } from '@prisma/adapter-pg'
import type { Prisma } from './generated/client'
import { PrismaClient } from './generated/client'

// Prisma's compiler of queries is WebAssembly. Made into optimised machine code it costs each process a hundred megabytes and more time than it
// saves, since a query of one form is compiled once; so the budget that leads there is never used up.
setFlagsFromString('--wasm-tiering-budget=2000000000')

export type Db = PrismaClient
/** A transaction, or the client itself where one statement is enough. */
export type Tx = Prisma.TransactionClient | PrismaClient

type Holder = { berthDb?: Map<string, PrismaClient> }

/** Longer than the server lets a statement run: it ends what waits for a server that is not heard any more. */
const silentMs = 20_000

export function openDb(databaseUrl: string, maxConnections = 10, silenceMs = silentMs): Db {
  const adapter = new PrismaPg({
    connectionString: databaseUrl,
    max: maxConnections,
    connectionTimeoutMillis: 5_000,
    application_name: 'berth',
    statement_timeout: 15_000,
    query_timeout: silenceMs,
    keepAlive: true,
  })
  return new PrismaClient({ adapter, transactionOptions: { maxWait: 5_000, timeout: 15_000 } })
}

export function sharedDb(databaseUrl: string): Db {
  const holder = globalThis as Holder
  holder.berthDb ??= new Map()
  let db = holder.berthDb.get(databaseUrl)
  if (!db) {
    db = openDb(databaseUrl)
    holder.berthDb.set(databaseUrl, db)
  }
  return db
}

/** PostgreSQL's unique violation, as Prisma reports it. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'P2002'
}
