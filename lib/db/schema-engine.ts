// Prisma's schema engine as WebAssembly. The same engine as a native program is a download, which a portal without internet cannot make.
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum, type SqlDriverAdapter } from '@prisma/driver-adapter-utils'
import type { SchemaEngine } from '@prisma/schema-engine-wasm'
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg'
import pg from 'pg'

type EngineClass = { new: (options: object, log: (line: string) => void, adapter: object) => Promise<SchemaEngine> }
type Glue = { __wbg_set_wasm: (exports: WebAssembly.Exports) => void; SchemaEngine: EngineClass }

// A panic of the engine leaves its words with this object, which it expects, before it ends in a bare "unreachable".
let lastPanic: string | undefined
const rememberPanic = (message: string) => {
  lastPanic = message
}
const ofProcess = globalThis as {
  PRISMA_WASM_PANIC_REGISTRY?: { set_message: (message: string) => void }
  berthSchemaEngine?: Promise<EngineClass>
}
ofProcess.PRISMA_WASM_PANIC_REGISTRY ??= { set_message: rememberPanic }

/** Opens the engine on one database, runs the work, and lets go of the connection whatever happens. */
export async function withSchemaEngine<R>(
  databaseUrl: string,
  work: (engine: SchemaEngine) => Promise<R>,
  schema = 'public',
): Promise<R> {
  // Once per process and not per copy of this module: the glue knows one engine, and a second would pull the memory from under the first.
  ofProcess.berthSchemaEngine ??= loadEngine()
  const engineClass = await ofProcess.berthSchemaEngine
  const { factory, close } = adapterFactory(databaseUrl, schema)
  try {
    const bound = bindMigrationAwareSqlAdapterFactory(factory)
    const engine = await engineClass.new({ datamodels: undefined }, () => undefined, bound)
    try {
      return await work(engine)
    } catch (cause) {
      throw toDatabaseError(cause, bound.errorRegistry)
    } finally {
      engine.free()
    }
  } finally {
    await close()
  }
}

type ErrorRegistry = { consumeError: (id: number) => { error: unknown } | undefined }

/** What PostgreSQL said crosses the WebAssembly border as a number only. */
function toDatabaseError(cause: unknown, registry: ErrorRegistry): unknown {
  const text = cause instanceof Error ? cause.message : String(cause)
  const id = /External error id#(\d+)/.exec(text)?.[1]
  const original = id === undefined ? undefined : registry.consumeError(Number(id))?.error
  if (original instanceof Error) return new Error(original.message, { cause })
  if (lastPanic) return new Error(`Prisma's schema engine failed: ${lastPanic.slice(0, 1000)}`, { cause })
  return cause
}

async function loadEngine(): Promise<EngineClass> {
  const directory = dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm'))
  const bytes = await readFile(join(directory, 'schema_engine_bg.wasm'))
  const { instance } = await WebAssembly.instantiate(bytes, {
    './schema_engine_bg.js': glue as unknown as WebAssembly.ModuleImports,
  })
  const { __wbg_set_wasm: setWasm, SchemaEngine: engine } = glue as unknown as Glue
  setWasm(instance.exports)
  const start = instance.exports.__wbindgen_start
  if (typeof start === 'function') start()
  return engine
}

/**
 * Prisma's adapter with three of its faults (seen in 7.10) mended for migrating: it splits scripts at every semicolon, in strings too,
 * and runs the parts outside any transaction; its shadow database is the real one when a connection string is given; and it does not
 * know PostgreSQL's internal type "char", in which the catalogue answers.
 */
function adapterFactory(databaseUrl: string, schema: string) {
  const pools: pg.Pool[] = []
  const open = async (url: string): Promise<SqlDriverAdapter> => {
    const connectionString = schema === 'public' ? url : withSearchPath(url, schema)
    const pool = new CataloguePool({ connectionString, max: 2, connectionTimeoutMillis: 10_000 })
    pools.push(pool)
    const adapter = withCharType(await new PrismaPg(pool, { schema }).connect())
    adapter.executeScript = async (script) => void (await pool.query(script))
    return adapter
  }
  const openShadow = async () => {
    const name = `berth_shadow_${randomUUID().replaceAll('-', '')}`
    const admin = await open(databaseUrl)
    await admin.executeScript(`CREATE DATABASE ${name}`)
    const url = new URL(databaseUrl)
    url.pathname = name
    const adapter = await open(url.href)
    const pool = pools.at(-1)
    adapter.dispose = async () => {
      await pool?.end()
      pools.splice(0, pools.length, ...pools.filter((other) => other !== pool))
      await admin.executeScript(`DROP DATABASE ${name}`)
    }
    return adapter
  }
  const factory = {
    provider: 'postgres' as const,
    adapterName: '@prisma/adapter-pg',
    connect: () => open(databaseUrl),
    connectToShadowDb: openShadow,
  }
  return { factory, close: async () => void (await Promise.all(pools.map((pool) => pool.end()))) }
}

function withSearchPath(databaseUrl: string, schema: string): string {
  const url = new URL(databaseUrl)
  url.searchParams.set('options', `${url.searchParams.get('options') ?? ''} -c search_path=${schema}`.trim())
  return url.href
}

const charType = 18
const charArrayType = 1002

/** The adapter refuses "char" but knows its array, which the catalogue never answers with: it stands in for the one until it is through. */
class CataloguePool extends pg.Pool {
  constructor(options: pg.PoolConfig) {
    super(options)
    const query = this.query.bind(this) as (query: unknown) => Promise<pg.QueryResult>
    const disguise = async (text: unknown) => {
      const result = await query(text)
      for (const field of result.fields ?? []) if (field.dataTypeID === charType) field.dataTypeID = charArrayType
      return result
    }
    this.query = disguise as unknown as typeof this.query
  }
}

function withCharType(adapter: SqlDriverAdapter): SqlDriverAdapter {
  const queryRaw = adapter.queryRaw.bind(adapter)
  adapter.queryRaw = async (query) => {
    const result = await queryRaw(query)
    const undisguised = result.columnTypes.map((type) =>
      type === ColumnTypeEnum.CharacterArray ? ColumnTypeEnum.Character : type,
    )
    return { ...result, columnTypes: undisguised }
  }
  return adapter
}
