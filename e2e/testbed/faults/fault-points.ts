// The places at which a portal can die: before and after each call to Docker and each write to the database, named by what is done there. Only the
// process of a test has them: it wraps its own database client and Node's own `https.request`; the portal's code knows nothing of it.
import https from 'node:https'
import { syncBuiltinESMExports } from 'node:module'
import type { Db } from '@/lib/db/client'

export type Reach = (point: string) => void

/** Names each point once: the same call a second time in one phase is `#2`. */
export function newPoints(reach: Reach): { phase(name: string): void; at: Reach } {
  let phase = ''
  let seen = new Map<string, number>()
  return {
    phase: (name) => {
      phase = name
      seen = new Map()
    },
    at: (what) => {
      const times = (seen.get(what) ?? 0) + 1
      seen.set(what, times)
      reach(`${phase}: ${what}${times > 1 ? ` #${times}` : ''}`)
    },
  }
}

/** Every request to an engine: before it is sent, and as soon as the engine has answered it. */
export function watchDockerCalls(at: Reach): void {
  const original = https.request
  const request = (...args: Parameters<typeof original>) => {
    const [options] = args as unknown as [https.RequestOptions]
    const name = `${options.method ?? 'GET'} ${pathOf(options)}`
    at(`before ${name}`)
    const sent = original(...args)
    sent.prependListener('response', () => at(`after ${name}`))
    return sent
  }
  https.request = request as typeof original
  syncBuiltinESMExports()
}

/** Without the version, the query and what differs from run to run. */
function pathOf({ path }: https.RequestOptions): string {
  const [bare = ''] = (path ?? '').split('?')
  return bare.replace(/^\/v[\d.]+/, '').replace(/\/(containers|networks|volumes|images)\/(?!create\b|json\b)[^/]+/, '/$1/…')
}

const writes = new Set(['create', 'createMany', 'update', 'updateMany', 'upsert', 'delete', 'deleteMany'])
/** Also several in one statement; `FOR UPDATE` is none. */
const writesIn = (sql: string) => [...new Set(sql.match(/\b(UPDATE|INSERT INTO|DELETE FROM) "\w+"/g) ?? [])].join(', ')

/** A transaction counts as one write: what is inside of it is there together or not at all. */
export function watchWrites(db: Db, at: Reach): Db {
  return observed(db, {
    write: async (name, run) => {
      at(`before ${name}`)
      const result = await run()
      at(`after ${name}`)
      return result
    },
    transaction: async (run) => {
      const written = new Set<string>()
      const told = (when: 'before' | 'after') => {
        if (written.size > 0) at(`${when} the commit of ${[...written].join(', ')}`)
      }
      const inside: Observer = {
        write: (name, inner) => {
          written.add(name)
          return inner()
        },
      }
      const result = await run(
        (tx) => observed(tx, inside),
        () => told('before'),
      )
      told('after')
      return result
    },
  })
}

type Observer = {
  write(name: string, run: () => Promise<unknown>): Promise<unknown>
  transaction?(run: (wrap: <T extends object>(tx: T) => T, beforeCommit: () => void) => Promise<unknown>): Promise<unknown>
}

type Call = (...args: unknown[]) => Promise<unknown>

/** The client, or what a transaction is given: the same surface, with every write told to the observer. */
function observed<T extends object>(client: T, { write, transaction }: Observer): T {
  return new Proxy(client, {
    get(target, key) {
      const value = Reflect.get(target, key) as unknown
      if (key === '$transaction' && transaction) {
        return (work: (tx: object) => Promise<unknown>, options: unknown) =>
          transaction((wrap, beforeCommit) =>
            (value as Call).call(
              target,
              async (tx: object) => {
                const result = await work(wrap(tx))
                beforeCommit()
                return result
              },
              options,
            ),
          )
      }
      if (key === '$queryRaw' || key === '$executeRaw') {
        return (sql: { sql?: string } | readonly string[], ...values: unknown[]) => {
          const text = Array.isArray(sql) ? sql.join(' ') : ((sql as { sql?: string }).sql ?? '')
          const run = () => (value as Call).call(target, sql, ...values)
          const written = writesIn(text)
          return written ? write(written, run) : run()
        }
      }
      if (typeof key === 'string' && !key.startsWith('$') && typeof value === 'object' && value !== null) {
        return new Proxy(value, {
          get(model, verb) {
            const operation = Reflect.get(model, verb) as Call
            if (typeof verb !== 'string' || !writes.has(verb)) return operation
            return (...args: unknown[]) => write(`${key}.${verb}`, () => operation.apply(model, args))
          },
        })
      }
      return typeof value === 'function' ? (value as Call).bind(target) : value
    },
  })
}
