// The shape of every route handler: who, what, may they, do. Cookies are believed from our own origin only; API keys need none.
import 'server-only'
import { unstable_rethrow } from 'next/navigation'
import { z } from 'zod'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { answer, failureAnswer } from './answers'
import { deps } from './deps'
import { type Method, methods, type Operation } from './operation'
import { assertOwnOrigin } from './origin'
import { assertPlainInput } from './plain-input'
import { mediaTypeOf, readBytes, readJson, streamOf } from './read-body'
import { requireApiActor } from './require-actor'
import { toFailure } from './to-failure'

type Params = Record<string, string | string[] | undefined>
type Context = { params: Promise<Params> }
export type Handler = (request: Request, context: Context) => Promise<Response>

export function route(operation: Operation): Handler {
  return async function handle(request, context) {
    try {
      const actor = operation.open ? nobody : await who(request, operation)
      const params = readParams(operation, await context.params)
      const query = readQuery(operation, request)
      const input = await readInput(operation, request)
      const { headers, signal } = request
      const data = await operation.run({ actor, deps: deps(), params, query, input: input as never, headers, signal })
      return data instanceof Response ? data : answer(data, operation.status ?? 200)
    } catch (error) {
      unstable_rethrow(error)
      const failed = toFailure(operation.name, error)
      return failureAnswer(failed, failed.status === 401 ? { 'www-authenticate': 'Bearer' } : {})
    }
  }
}

/** All methods of one address; those that are missing answer 405 in our own shape. */
export function routes(operations: Partial<Record<Method, Operation>>): Record<Method, Handler> {
  const allow = methods.filter((method) => operations[method]).join(', ')
  const refuse: Handler = async () => failureAnswer(toFailure('route', new DomainError('method_not_allowed')), { allow })
  return Object.fromEntries(
    methods.map((method): [Method, Handler] => {
      const operation = operations[method]
      if (!operation) return [method, refuse]
      const handle = route(operation)
      // Next has GET answer HEAD as well and leaves the body lying: a file would be read for somebody who never takes it.
      const isRefused = (request: Request) => operation.answersBytes === true && request.method === 'HEAD'
      return [method, (request, context) => (isRefused(request) ? refuse : handle)(request, context)]
    }),
  ) as Record<Method, Handler>
}

/** May nothing: whatever asks for a permission refuses him. */
const nobody: Actor = { id: '', name: '', role: 'user', by: { kind: 'apiKey', id: '' }, mustChangePassword: true }

async function who(request: Request, operation: Operation) {
  const authorization = request.headers.get('authorization')
  if (authorization === null && operation.method !== 'GET') assertOwnOrigin(request.headers)
  return requireApiActor(authorization, { beforePasswordChange: operation.beforePasswordChange ?? false })
}

/** An id that could not be one of ours is simply not found, like a foreign one. Addresses without parameters have none at all. */
function readParams(operation: Operation, raw: Params | undefined) {
  const parsed = (operation.params ?? z.object({})).safeParse(raw ?? {})
  if (!parsed.success) throw new DomainError('not_found')
  return parsed.data as never
}

function readQuery(operation: Operation, request: Request) {
  const given: Record<string, string> = Object.create(null)
  for (const [key, value] of new URL(request.url).searchParams) {
    if (key in given) throw new DomainError('invalid_input', { fields: { [key.slice(0, 100)]: 'Give this once.' } })
    given[key] = value
  }
  assertPlainInput(given)
  return (operation.query ?? z.strictObject({})).parse({ ...given }) as never
}

async function readInput(operation: Operation, request: Request): Promise<unknown> {
  if (operation.method === 'GET') return {}
  const { body } = operation
  if (body && 'kind' in body && body.kind === 'stream') return streamOf(request)
  if (body && 'kind' in body) {
    const mediaType = mediaTypeOf(request)
    if (!body.mediaTypes.includes(mediaType)) {
      throw new DomainError('malformed_request', { hint: `Send one of these content types: ${body.mediaTypes.join(', ')}.` })
    }
    return { bytes: await readBytes(request, body.maxBytes), mediaType }
  }
  const json = await readJson(request, operation.maxJsonBytes)
  assertPlainInput(json)
  return (body ?? z.strictObject({})).parse(json)
}
