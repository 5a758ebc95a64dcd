import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import * as z from 'zod'
import { getJson } from './get-json'
import { isWorthRetrying } from './query-client'
import type { RequestFailure } from './request-failure'

// A real server, because what matters is how a real fetch fails.
let server: Server
let origin: string
let answer: RequestListener
let seenUrl: string | undefined

beforeAll(async () => {
  server = createServer((request, response) => {
    seenUrl = request.url
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

beforeEach(() => {
  answer = (_, response) => response.end('{"name":"a"}')
})

afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const as = z.object({ name: z.string() })
const failing = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('it should have failed'),
    (error: RequestFailure) => error,
  )

test('the answer has passed its schema', async () => {
  await expect(getJson(`${origin}/x`, { as })).resolves.toEqual({ name: 'a' })
})

test('query values are encoded, repeated for lists, and left out when there are none', async () => {
  await getJson(`${origin}/x`, { as, query: { search: 'a b&c', state: ['on', 'off'], page: 2, none: undefined, empty: '' } })
  expect(seenUrl).toBe('/x?search=a+b%26c&state=on&state=off&page=2')
})

test("a failure carries the server's words, code, fields, reference and status", async () => {
  answer = (_, response) => {
    response.statusCode = 422
    response.end(
      JSON.stringify({
        error: { code: 'invalid_input', message: 'No.', hint: 'Do.', fields: { name: 'Too long.' }, reference: 'ab' },
      }),
    )
  }
  const failure = await failing(getJson(`${origin}/x`, { as }))
  expect(failure).toMatchObject({
    name: 'RequestFailure',
    message: 'No.',
    code: 'invalid_input',
    hint: 'Do.',
    fields: { name: 'Too long.' },
    reference: 'ab',
    status: 422,
  })
  expect(isWorthRetrying(failure)).toBe(false)
})

test('an answer that is no JSON of ours still says what happened', async () => {
  answer = (_, response) => {
    response.statusCode = 502
    response.end('<html>Bad gateway</html>')
  }
  const failure = await failing(getJson(`${origin}/x`, { as }))
  expect(failure).toMatchObject({ code: 'http_502', status: 502 })
  expect(isWorthRetrying(failure)).toBe(true)
})

test('an answer in another form is a failure, not data', async () => {
  answer = (_, response) => response.end('{"name":1}')
  await expect(failing(getJson(`${origin}/x`, { as }))).resolves.toMatchObject({ code: 'unexpected_answer' })
})

test('a server that never answers is given up on', async () => {
  answer = () => {}
  await expect(failing(getJson(`${origin}/x`, { as, timeoutMs: 50 }))).resolves.toMatchObject({ code: 'timeout', status: 0 })
})

test('a server that is not there is told apart from one that says no', async () => {
  const failure = await failing(getJson('http://127.0.0.1:1/x', { as }))
  expect(failure).toMatchObject({ code: 'unreachable', status: 0 })
  expect(isWorthRetrying(failure)).toBe(true)
})

test('whoever cancels sees the cancellation, not a failure to show', async () => {
  const cancelled = new AbortController()
  answer = () => cancelled.abort()
  await expect(failing(getJson(`${origin}/x`, { as, signal: cancelled.signal }))).resolves.toMatchObject({ name: 'AbortError' })
})
