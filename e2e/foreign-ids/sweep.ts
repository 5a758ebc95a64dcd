// Calls everything with ids of others, as an ordinary person and as nobody, and gathers every answer that tells or does too much.
import { findActions, findPages, findRoutes, type ServerAction, unknownId } from '@/e2e/entry-points'
import { rawRequest } from '@/e2e/support/raw-request'
import { withoutRequestId } from '@/e2e/support/without-request-id'
import { actionRows, type Ids, type Row, routeRows } from './rows'

export type SweepOf = {
  /** The portal. */
  origin: string
  /** The Cookie header of a person who owns nothing of `ids`. */
  cookie: string
  ids: Ids
  /** Names that no answer to that person may hold. */
  secrets: string[]
  buildFolder?: string
}

type Answer = { status: number; body: string }

const noIds = Object.fromEntries(
  ['sessionId', 'userId', 'agentId', 'imageId', 'gpuId', 'iconId', 'enrolmentId', 'signInId', 'apiKeyId'].map((key) => [
    key,
    unknownId,
  ]),
) as Ids

/** Which thing a parameter of an address names; null when that is not known. */
export function pageIdOf(path: string, param: string): keyof Ids | null {
  if (param in noIds) return param as keyof Ids
  return param === 'id' && path.startsWith('/sessions/') ? 'sessionId' : null
}

/** Parameters that name no thing of anybody: with these only the id beside them is wrong. */
export const plainParams: Record<string, string> = { folder: 'Uploads', name: 'foreign.txt' }

const addressOf = (path: string, ids: Ids) =>
  path.replaceAll(/\{(\w+)\}/g, (_, param: string) => plainParams[param] ?? ids[pageIdOf(path, param) ?? 'sessionId'])

export async function sweepForeignIds(of: SweepOf): Promise<{ calls: number; problems: string[] }> {
  const problems: string[] = []
  let calls = 0
  for (const { path, methods } of findRoutes()) {
    for (const method of methods) {
      const row = routeRows[`${method} ${path}`]
      if (!row) continue
      const call = (ids: Ids, cookie: string) => {
        calls++
        return send(of, { method, path: addressOf(path, ids), cookie, input: row.input?.(ids) })
      }
      problems.push(...(await judge(of, `${method} ${path}`, row, call)).map((problem) => `${method} ${path}: ${problem}`))
    }
  }
  for (const action of findActions(of.buildFolder)) {
    const row = actionRows[action.name]
    if (!row) continue
    const call = (ids: Ids, cookie: string) => {
      calls++
      return callAction(of, action, row.input?.(ids), cookie)
    }
    problems.push(...(await judge(of, action.name, row, call)).map((problem) => `${action.name}: ${problem}`))
  }
  for (const { path } of findPages()) {
    calls += 3
    problems.push(...(await judgePage(of, path)).map((problem) => `page ${path}: ${problem}`))
  }
  return { calls, problems }
}

async function judge(of: SweepOf, name: string, { whose, input }: Row, call: (ids: Ids, cookie: string) => Promise<Answer>) {
  const problems: string[] = []
  if (whose === 'anyone') return problems
  const stranger = await call(of.ids, '')
  if (stranger.status !== 401) problems.push(`nobody got ${stranger.status} ${stranger.body.slice(0, 200)}`)
  // A call of one's own account has no foreign id; making one here would change the caller.
  if (whose === 'everyone' && name.endsWith('Action') && !input) return problems
  const [foreign, unknown] = [await call(of.ids, of.cookie), await call(noIds, of.cookie)]
  const wanted = { owner: [404], administrators: [403], everyone: [200] }[whose]
  if (!wanted.includes(foreign.status)) problems.push(`a foreign id got ${foreign.status} ${foreign.body.slice(0, 200)}`)
  if (whose === 'everyone') return [...problems, ...told(of, foreign)]
  if (foreign.status !== unknown.status || withoutRequestId(foreign.body) !== withoutRequestId(unknown.body))
    problems.push(`a foreign id got ${foreign.status} ${foreign.body.slice(0, 100)}, an unknown one ${unknown.status}`)
  return [...problems, ...told(of, foreign)]
}

/** What an answer to this person must never hold, whatever it is about. */
function told({ secrets }: SweepOf, { body }: Answer): string[] {
  return secrets.filter((secret) => body.includes(secret)).map((secret) => `tells ${secret}`)
}

type Sent = { method: string; path: string; cookie: string; input: unknown; headers?: Record<string, string> }

async function send({ origin }: SweepOf, { method, path, cookie, input, headers = {} }: Sent): Promise<Answer> {
  const bytes = Buffer.isBuffer(input)
  const body = method === 'GET' ? undefined : bytes ? input : JSON.stringify(input ?? {})
  const { status, body: text } = await rawRequest(
    origin,
    path,
    {
      Origin: new URL(origin).origin,
      ...(cookie ? { Cookie: cookie } : {}),
      ...(body === undefined ? {} : { 'Content-Type': bytes ? 'image/png' : 'application/json' }),
      ...headers,
    },
    method,
    body,
  )
  return { status, body: text }
}

const statusOfCode: Record<string, number> = { unauthenticated: 401, forbidden: 403, not_found: 404 }

/** An action answers 200 with a failure inside; its code is told as the status that a route would have. */
async function callAction(of: SweepOf, { id, page }: ServerAction, input: unknown, cookie: string): Promise<Answer> {
  const headers = { 'Next-Action': id, 'Content-Type': 'text/plain;charset=UTF-8', Accept: 'text/x-component' }
  const { origin } = of
  const own = { Origin: new URL(origin).origin, ...(cookie ? { Cookie: cookie } : {}) }
  const { status, body } = await rawRequest(origin, page, { ...own, ...headers }, 'POST', JSON.stringify([input ?? {}]))
  const failed = /\{"ok":false,.*?\}\}?$/m.exec(body)?.[0]
  if (failed === undefined) return { status, body }
  const code = /"code":"(\w+)"/.exec(failed)?.[1] ?? ''
  return { status: statusOfCode[code] ?? 400, body: failed }
}

/** Pages tell by their status: the administrators' do not exist, and a foreign session is as unknown as any other. */
async function judgePage(of: SweepOf, path: string): Promise<string[]> {
  const problems: string[] = []
  const open = (ids: Ids, cookie: string) => send(of, { method: 'GET', path: addressOf(path, ids), cookie, input: undefined })
  const stranger = await open(of.ids, '')
  if (path !== '/sign-in' && stranger.status !== 307) problems.push(`nobody got ${stranger.status}`)
  const [foreign, unknown] = [await open(of.ids, of.cookie), await open(noIds, of.cookie)]
  const isClosed = path.startsWith('/admin') || path.includes('{')
  if (isClosed && foreign.status !== 404) problems.push(`a foreign id got ${foreign.status}`)
  if (foreign.status !== unknown.status) problems.push(`a foreign id got ${foreign.status}, an unknown one ${unknown.status}`)
  return [...problems, ...told(of, stranger), ...told(of, foreign)]
}
