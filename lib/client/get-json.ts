// The one way a page reads from the API: typed by a schema, cancellable, and every failure in our own words.

import type { Failure } from '@/lib/domain/failure'
import { RequestFailure } from './request-failure'

const DEFAULT_TIMEOUT_MS = 15_000

type QueryValue = string | number | boolean | null | undefined

export type GetJsonOptions<T> = {
  /** Any zod schema; asking for no more than `parse` keeps the whole of zod out of pages that bring a small one. */
  as: { parse: (value: unknown) => T }
  query?: Record<string, QueryValue | QueryValue[]>
  signal?: AbortSignal
  timeoutMs?: number
  /** Given, it is posted: a question whose words belong in no address. */
  body?: unknown
}

export async function getJson<T>(path: string, options: GetJsonOptions<T>): Promise<T> {
  const response = await request(withQuery(path, options.query), options)
  const body = await readBody(response)
  if (!response.ok) throw new RequestFailure(failureIn(body, response.status), response.status)
  try {
    return options.as.parse(body)
  } catch (cause) {
    const failure = new RequestFailure(
      {
        code: 'unexpected_answer',
        message: 'The portal answered in a form this page does not know.',
        hint: 'Reload the page: the portal may have been updated.',
      },
      response.status,
    )
    failure.cause = cause
    throw failure
  }
}

async function request(
  url: string,
  { signal, timeoutMs = DEFAULT_TIMEOUT_MS, body }: Pick<GetJsonOptions<unknown>, 'signal' | 'timeoutMs' | 'body'>,
) {
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    return await fetch(url, {
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      credentials: 'same-origin',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })
  } catch (cause) {
    // Whoever cancelled must see the cancellation itself, not a failure to show.
    if (signal?.aborted) throw cause
    const failure = timeout.aborted
      ? { code: 'timeout', message: 'The portal did not answer in time.', hint: 'Try again in a moment.' }
      : { code: 'unreachable', message: 'The portal cannot be reached.', hint: 'Check your connection and try again.' }
    throw Object.assign(new RequestFailure(failure, 0), { cause })
  }
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text()
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function failureIn(body: unknown, status: number): Failure {
  const error = (body as { error?: Partial<Failure> } | undefined)?.error
  if (error && typeof error.code === 'string' && typeof error.message === 'string') return error as Failure
  return {
    code: `http_${status}`,
    message: `The portal answered with status ${status}.`,
    hint: 'Try again; if it stays, tell an administrator.',
  }
}

function withQuery(path: string, query: GetJsonOptions<unknown>['query']): string {
  if (!query) return path
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== '') params.append(name, String(one))
    }
  }
  const text = params.toString()
  return text ? `${path}${path.includes('?') ? '&' : '?'}${text}` : path
}
