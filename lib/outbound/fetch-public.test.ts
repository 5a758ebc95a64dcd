import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FetchOptions, fetchPublic } from './fetch-public'

const asked: string[] = []
let origin = ''
let port = 0
const server = http.createServer((request, response) => {
  asked.push(request.url ?? '')
  const answers: Record<string, () => void> = {
    '/list.json': () => response.end('{"workspaces":[]}'),
    '/headers': () => response.end(JSON.stringify(request.headers)),
    '/hop': () => response.writeHead(302, { location: '/list.json' }).end(),
    '/loop': () => response.writeHead(302, { location: '/loop' }).end(),
    '/to-metadata': () => response.writeHead(301, { location: 'http://169.254.169.254/latest/meta-data' }).end(),
    '/to-name': () => response.writeHead(302, { location: `http://inside.example:${port}/list.json` }).end(),
    '/to-file': () => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    '/to-login': () => response.writeHead(302, { location: `http://a:b@127.0.0.1:${port}/list.json` }).end(),
    '/missing': () => response.writeHead(404).end('no'),
    '/packed': () => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
    '/endless': () => {
      const more = () =>
        void (response.destroyed || (response.write('x'.repeat(4096)) ? setImmediate(more) : response.once('drain', more)))
      more()
    },
    '/silent': () => response.write('{'),
    '/broken': () => {
      response.writeHead(200, { 'content-length': '100' }).write('x')
      response.destroy()
    },
  }
  const answer = answers[request.url ?? ''] ?? (() => response.writeHead(500).end())
  answer()
})

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
  origin = `http://127.0.0.1:${port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const options: FetchOptions = { allow: ['127.0.0.1'], maxBytes: 64 * 1024, timeoutMs: 5_000, accept: 'application/json' }
const get = (path: string, more: Partial<FetchOptions> = {}) => fetchPublic(`${origin}${path}`, { ...options, ...more })
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'fetched',
    (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
  )

test('what is allowed by name is fetched, through redirects', async () => {
  expect((await get('/hop')).bytes.toString()).toBe('{"workspaces":[]}')
  expect((await get('/hop')).url).toBe(`${origin}/list.json`)
})

test('a request carries no cookie, no login and nothing about who asks [attack 35]', async () => {
  const headers = JSON.parse((await get('/headers')).bytes.toString()) as Record<string, string>
  expect(Object.keys(headers).sort()).toEqual(['accept', 'accept-encoding', 'connection', 'host', 'user-agent'])
})

describe('nothing is sent', () => {
  test.each([
    'http://127.0.0.1',
    'http://localhost',
    'http://[::1]',
    'http://[::ffff:127.0.0.1]',
    'http://0.0.0.0',
    'http://0x7f000001',
    'http://2130706433',
    'http://127.1',
    'http://169.254.169.254',
    'http://10.0.0.1',
    'http://192.168.0.1',
  ])('to %s', async (host) => {
    asked.length = 0
    expect(await code(fetchPublic(`${host}:${port}/list.json`, { ...options, allow: [] }))).toContain('fetch_refused')
    expect(asked).toEqual([])
  })

  test('to a name that leads inside, even where one of its addresses is public [attack 35]', async () => {
    asked.length = 0
    const resolve = async () => [
      { address: '1.1.1.1', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ]
    expect(await code(fetchPublic(`http://inside.example:${port}/list.json`, { ...options, allow: [], resolve }))).toContain(
      'fetch_refused',
    )
    expect(asked).toEqual([])
  })

  test('to where a redirect leads inside [attack 35]', async () => {
    expect(await code(get('/to-metadata'))).toContain('fetch_refused')
    const resolve = async () => [{ address: '10.0.0.7', family: 4 }]
    expect(await code(get('/to-name', { resolve }))).toContain('fetch_refused')
  })

  test.each(['/to-file', '/to-login'])('to where %s leads', async (path) => {
    asked.length = 0
    expect(await code(get(path))).toContain('fetch_refused')
    expect(asked).toEqual([path])
  })

  test.each(['file:///etc/passwd', 'ftp://example.org/', 'http://me:pw@example.org/', 'gopher://x', 'not an address'])(
    'for %s',
    async (address) => {
      expect(await code(fetchPublic(address, options))).toContain('fetch_refused')
    },
  )
})

test('a name is asked once per hop, and its second answer changes nothing [attack 35]', async () => {
  let questions = 0
  const resolve = async () => [{ address: ++questions === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }]
  const { bytes } = await fetchPublic(`http://inside.example:${port}/list.json`, { ...options, resolve })
  expect(bytes.toString()).toContain('workspaces')
  expect(questions).toBe(1)
})

test.each([
  ['/loop', 'more than 4 times'],
  ['/missing', 'answered 404'],
  ['/packed', 'compressed'],
  ['/endless', 'larger than 64 KiB'],
  ['/broken', 'broke off'],
])('%s ends with: %s', async (path, words) => {
  expect(await code(get(path))).toContain(words)
})

test('an answer that never ends in time is given up', async () => {
  expect(await code(get('/silent', { timeoutMs: 200 }))).toContain('no whole answer in time')
})

test('a port where nobody listens is said so', async () => {
  expect(await code(fetchPublic('http://127.0.0.1:1/', options))).toContain('refused')
})
