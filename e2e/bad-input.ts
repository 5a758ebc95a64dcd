// Sends the table of bad input to every route and every server action, and gathers whatever breaks a promise: an answer of 500 or
// above, an answer that is not in our form, an echo of what was sent, or a foreign thing that shows that it exists.

import { eachLimited } from '@/lib/controller/each-limited'
import { badBodies, badFields, badIds, badInputs, badQueries } from './bad-values'
import { authRoutes, findActions, findRoutes, type RoutePath, type ServerAction, unknownId } from './entry-points'
import { withoutRequestId } from './support/without-request-id'

export type Target = {
  baseUrl: string
  /** `brt_…` of an administrator and of a user. */
  adminKey: string
  userKey: string
  /** The Cookie header of a signed-in administrator, for server actions. */
  adminCookie: string
  /** Things that exist and are not the user's: parameter name → id. */
  foreignIds: Record<string, string>
  /** Where the running portal was built. */
  buildFolder?: string
}

export type Sweep = { requests: number; problems: string[] }

type Answer = { status: number; text: string }
type Sent = { label: string; method: string; url: string; headers?: Record<string, string>; body?: string | Uint8Array }

// One broken promise of an address is told by every row of the table.
const mostProblems = 50

/** So that the portal is never without a request. */
const atOnce = 4

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const echo = /<script>alert|onerror=alert|DROP TABLE|etc\/passwd/

export async function sweep(target: Target): Promise<Sweep> {
  const result: Sweep = { requests: 0, problems: [] }
  const send = async (sent: Sent): Promise<Answer> => {
    result.requests += 1
    const answer = await request(target, sent)
    for (const problem of problemsOf(sent, answer)) if (result.problems.length < mostProblems) result.problems.push(problem)
    return answer
  }
  const schemas = await bodySchemas(target)
  await eachLimited(atOnce, findRoutes(), async (route) => {
    await sweepBodies(target, route, send)
    await sweepFields(target, route, schemas, send)
    await sweepAddresses(target, route, send)
    result.problems.push(...(await sweepForeign(target, route, send)))
  })
  for (const path of authRoutes) await sweepAuth(target, path, send)
  await eachLimited(atOnce, findActions(target.buildFolder), (action) => sweepAction(target, action, send))
  return result
}

type Send = (sent: Sent) => Promise<Answer>

async function request(target: Target, { method, url, headers = {}, body }: Sent): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${target.adminKey}`, ...headers },
    redirect: 'manual',
    signal: AbortSignal.timeout(30_000),
    ...(body === undefined || method === 'GET' ? {} : { body: body as BodyInit }),
  })
  return { status: response.status, text: await response.text() }
}

function problemsOf({ label, method, url }: Sent, { status, text }: Answer): string[] {
  const where = `${method} ${new URL(url).pathname.slice(0, 80)} with ${label}`
  const problems: string[] = []
  if (status >= 500) problems.push(`${where}: answered ${status} ${text.slice(0, 200)}`)
  if (echo.test(text)) problems.push(`${where}: sends back what was sent`)
  // An address that cannot even be decoded is refused by Next before it is anybody's.
  const isOurs = !(status === 400 && text.startsWith('<!DOCTYPE')) && !label.startsWith('action')
  if (isOurs && status >= 400 && !isOurError(text)) problems.push(`${where}: ${status} in another form: ${text.slice(0, 100)}`)
  return problems
}

function isOurError(text: string): boolean {
  try {
    const { error } = JSON.parse(text) as { error?: { code?: unknown; message?: unknown } }
    return typeof error?.code === 'string' && typeof error.message === 'string' && error.code !== 'unexpected'
  } catch {
    return false
  }
}

/** `{userId}` → an id that nothing has. */
function addressOf(target: Target, { path }: RoutePath, id = unknownId): string {
  return `${target.baseUrl}${path.replace(/\{\w+\}/g, id)}`
}

async function sweepBodies(target: Target, route: RoutePath, send: Send): Promise<void> {
  const url = addressOf(target, route)
  for (const method of methods) {
    let isThere = true
    for (const { name, body, contentType } of badBodies) {
      const { status } = await send({ label: name, method, url, headers: { 'content-type': contentType }, body })
      // Nobody reads what is sent by a method that the address does not have.
      isThere = status !== 405
      if (!isThere) break
    }
    if (method === 'GET' || !isThere) continue
    for (const [name, value] of badInputs) {
      await send({ label: name, method, url, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) })
    }
  }
}

type Schemas = Map<string, Parameters<typeof badFields>[0]>

async function bodySchemas(target: Target): Promise<Schemas> {
  const response = await fetch(`${target.baseUrl}/api/v1/openapi.json`)
  const { paths } = (await response.json()) as {
    paths: Record<
      string,
      Record<string, { requestBody?: { content: Record<string, { schema: Parameters<typeof badFields>[0] }> } }>
    >
  }
  const schemas: Schemas = new Map()
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const schema = operation.requestBody?.content['application/json']?.schema
      if (schema) schemas.set(`${method.toUpperCase()} /api/v1${path}`, schema)
    }
  }
  return schemas
}

async function sweepFields(target: Target, route: RoutePath, schemas: Schemas, send: Send): Promise<void> {
  for (const method of methods) {
    const schema = schemas.get(`${method} ${route.path}`)
    if (!schema) continue
    for (const [label, value] of badFields(schema)) {
      const headers = { 'content-type': 'application/json' }
      const answer = await send({ label, method, url: addressOf(target, route), headers, body: JSON.stringify(value) })
      if (answer.status < 400) throw new Error(`${method} ${route.path} took ${label}`)
    }
  }
}

async function sweepAddresses(target: Target, route: RoutePath, send: Send): Promise<void> {
  for (const query of badQueries)
    await send({ label: `?${query.slice(0, 40)}`, method: 'GET', url: `${addressOf(target, route)}?${query}` })
  if (route.params.length === 0) return
  for (const id of badIds) {
    for (const method of methods) {
      await send({
        label: `the id ${id.slice(0, 40)}`,
        method,
        url: addressOf(target, route, id),
        headers: { 'content-type': 'application/json' },
        body: '{}',
      })
    }
  }
}

/** A user who asks for another's thing learns exactly as much as for one that does not exist; a stranger learns nothing. */
async function sweepForeign(target: Target, route: RoutePath, send: Send): Promise<string[]> {
  const problems: string[] = []
  const foreign = target.foreignIds[route.params[0] ?? '']
  for (const method of methods) {
    const ask = (id: string, headers: Record<string, string>) =>
      send({
        label: 'a foreign id',
        method,
        url: addressOf(target, route, id),
        headers: { 'content-type': 'application/json', ...headers },
        body: '{}',
      })
    if (foreign !== undefined) {
      const user = { authorization: `Bearer ${target.userKey}` }
      const [known, unknown] = [await ask(foreign, user), await ask(unknownId, user)]
      if (known.status !== unknown.status || withoutRequestId(known.text) !== withoutRequestId(unknown.text)) {
        problems.push(`${method} ${route.path}: a foreign id answers ${known.status}, an unknown one ${unknown.status}`)
      }
    }
    const stranger = await ask(foreign ?? unknownId, { authorization: 'Bearer brt_none' })
    // Hosts are no people: each of these judges a token or a signature itself.
    const isOpen = ['/api/health', '/api/v1/openapi.json'].includes(route.path) || route.path.startsWith('/api/v1/host/')
    if (!isOpen && ![401, 405].includes(stranger.status))
      problems.push(`${method} ${route.path}: a stranger got ${stranger.status}`)
  }
  return problems
}

async function sweepAuth(target: Target, path: string, send: Send): Promise<void> {
  const url = `${target.baseUrl}${path}`
  const origin = new URL(target.baseUrl).origin
  for (const { name, body, contentType } of badBodies) {
    await send({ label: name, method: 'POST', url, headers: { origin, 'content-type': contentType }, body })
  }
  for (const [name, value] of badInputs) {
    await send({
      label: name,
      method: 'POST',
      url,
      headers: { origin, 'content-type': 'application/json' },
      body: JSON.stringify(value),
    })
  }
}

/** As the browser sends it: the arguments as an array, with text that begins with a dollar sign escaped. */
async function sweepAction(target: Target, { name, id, page }: ServerAction, send: Send): Promise<void> {
  const origin = new URL(target.baseUrl).origin
  const headers = {
    cookie: target.adminCookie,
    origin,
    'next-action': id,
    'content-type': 'text/plain;charset=UTF-8',
    accept: 'text/x-component',
  }
  for (const [label, value] of badInputs) {
    const { text } = await send({
      label: `action ${name}: ${label}`,
      method: 'POST',
      url: `${target.baseUrl}${page}`,
      headers,
      body: JSON.stringify([value]),
    })
    if (!/"ok":false/.test(text) || /"code":"unexpected"/.test(text))
      throw new Error(`${name} with ${label} answered ${text.slice(0, 300)}`)
  }
  const elsewhere = { ...headers, origin: 'https://evil.example' }
  const { text } = await send({
    label: `action ${name}: a foreign origin`,
    method: 'POST',
    url: `${target.baseUrl}${page}`,
    headers: elsewhere,
    body: '[{}]',
  }).catch(() => ({ text: '' }))
  if (/"ok":true/.test(text)) throw new Error(`${name} works from another origin`)
}
