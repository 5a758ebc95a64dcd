// Whether a process can do what it is there for, asked by whatever stands in front of it. `/api/health/live`: it answers at all, so it need not be
// started anew. `/api/health/ready`: the database answers, with the schema of this build, and it is not about to stop, so it may be sent people.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Config } from '@/lib/config'
import { assertMigrated } from '@/lib/db/migrate'
import type { Deps } from '@/lib/use-cases/deps'
import { databasePage } from './database-page'

type Part = 'ok' | 'unreachable' | 'old schema' | 'stopping' | 'not renewing its leases'
export type Readiness = {
  /** Answers what is asked of health; false where something else was asked. */
  answer(req: IncomingMessage, res: ServerResponse): Promise<boolean>
  /** In place of a page that cannot be read; false where the database answers. */
  answerWithoutDatabase(req: IncomingMessage, res: ServerResponse): Promise<boolean>
  stop(): void
}

type Options = {
  deps: Pick<Deps, 'db'>
  config: Config
  migrationsDir: string
  /** Whether its controller renews its leases in time; left out where the process is there for people, whom it serves all the same. */
  keepsLeases?: () => boolean
}

const patienceMs = 2_000
/** However many ask, the database is asked once in this time. */
const keptMs = 1_000
const migratedKeptMs = 60_000

export function openReadiness({ deps, config, migrationsDir, keepsLeases }: Options): Readiness {
  let isStopping = false
  const database = kept(
    keptMs,
    async (): Promise<Part> => ((await answersInTime(deps.db.$queryRaw`SELECT 1`)) ? 'ok' : 'unreachable'),
  )
  const schema = kept(migratedKeptMs, async (): Promise<Part> => {
    return (await answersInTime(assertMigrated(config.databaseUrl, migrationsDir))) ? 'ok' : 'old schema'
  })

  async function parts(): Promise<Record<string, Part>> {
    const answers = await database()
    const known = answers === 'ok' ? { database: answers, schema: await schema() } : { database: answers }
    const acting: Record<string, Part> = keepsLeases ? { controller: keepsLeases() ? 'ok' : 'not renewing its leases' } : {}
    return { ...known, ...acting, process: isStopping ? 'stopping' : 'ok' }
  }

  async function ofReady(): Promise<Answer> {
    const found = await parts()
    const isReady = Object.values(found).every((part) => part === 'ok')
    const body = { status: isReady ? 'ready' : 'not ready', version: config.buildVersion, roles: [...config.roles], parts: found }
    return { status: isReady ? 200 : 503, body }
  }

  return {
    async answer(req, res) {
      const what = whatIsAsked(req.url?.split('?')[0], config)
      if (what === null) return false
      if (what === 'pages') {
        const found = await ofReady()
        // The pages answer it themselves, and so say that they do.
        if (found.status === 200) return false
        send(req, res, found)
      } else if (req.method !== 'GET' && req.method !== 'HEAD')
        send(req, res, { status: 405, body: { error: { code: 'method_not_allowed' } } })
      else if (what === 'live') send(req, res, { status: 200, body: { status: 'live', version: config.buildVersion } })
      else send(req, res, await ofReady())
      return true
    },
    async answerWithoutDatabase(req, res) {
      const isPage = req.method === 'GET' && (req.headers.accept ?? '').includes('text/html') && !req.url?.startsWith('/_next/')
      if (!isPage || (await database()) === 'ok') return false
      const { status, headers, body } = databasePage()
      res.writeHead(status, headers).end(body)
      return true
    },
    stop: () => {
      isStopping = true
    },
  }
}

type Answer = { status: number; body: object }

function whatIsAsked(path: string | undefined, { roles }: Config): 'live' | 'ready' | 'pages' | null {
  if (path === '/api/health/live') return 'live'
  if (path === '/api/health') return roles.has('web') ? 'pages' : 'ready'
  return path === '/api/health/ready' ? 'ready' : null
}

function send(req: IncomingMessage, res: ServerResponse, { status, body }: Answer): void {
  const allow = status === 405 ? { allow: 'GET, HEAD' } : {}
  res.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...allow })
  res.end(req.method === 'HEAD' ? undefined : JSON.stringify(body))
}

async function answersInTime(asked: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), patienceMs)
  })
  const answered = asked.then(
    () => true,
    () => false,
  )
  const isAnswered = await Promise.race([answered, late])
  clearTimeout(timer)
  return isAnswered
}

function kept<T>(forMs: number, ask: () => Promise<T>): () => Promise<T> {
  let last: { at: number; value: Promise<T> } | null = null
  return () => {
    if (last === null || performance.now() - last.at > forMs) last = { at: performance.now(), value: ask() }
    return last.value
  }
}
