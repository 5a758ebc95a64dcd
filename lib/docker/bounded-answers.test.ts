// An engine that somebody took over, or that is broken: it sends without end, and the portal stays as it is.

import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import util from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { mostAnswerBytes } from './bounded-answers'
import { openDockerHost } from './open-docker-host'

const folder = mkdtempSync(join(tmpdir(), 'berth-engine-'))
const socketPath = join(folder, 'engine.sock')
const chunk = Buffer.alloc(1024 * 1024, ' ')
let server: Server
let sentBytes = 0
let status = 200
let elsewhere = ''

function withoutEnd(res: ServerResponse): void {
  res.writeHead(status, { 'content-type': 'application/json' })
  res.write('[')
  const more = () => {
    while (!res.destroyed && res.write(chunk)) sentBytes += chunk.length
    if (!res.destroyed) res.once('drain', more)
  }
  more()
}

describe('an engine that answers what no engine does', () => {
  const host = () => openDockerHost({ kind: 'socket', socketPath }, 'test')
  const never = new AbortController().signal

  beforeAll(async () => {
    server = createServer((req, res) => {
      if (req.url === '/version') return void res.end('{"ApiVersion":"1.47"}')
      if (status === 302) return void res.writeHead(302, { location: elsewhere }).end()
      withoutEnd(res)
    })
    await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test.each([200, 500])('with status %i is cut off at a bound, and said to do so [attack 39]', async (with_) => {
    status = with_
    sentBytes = 0
    await expect(host().list(never)).rejects.toMatchObject({
      code: 'agent_unreachable',
      message: expect.stringMatching('more than any Docker Engine'),
    })
    // What the kernel holds between the two is sent as well.
    expect(sentBytes).toBeLessThan(mostAnswerBytes + 16 * chunk.length)
  })

  test('a stream of events without a line end is cut off too [attack 39]', async () => {
    status = 200
    sentBytes = 0
    const events = host().watch(never)[Symbol.asyncIterator]()
    expect((await events.next()).value).toEqual({ sessionId: null, what: 'subscribed' })
    await expect(events.next()).rejects.toMatchObject({ code: 'ANSWER_TOO_LONG' })
    expect(sentBytes).toBeLessThan(mostAnswerBytes)
  })

  test('that sends the portal on to another address is not followed there [attack 35, 39]', async () => {
    let asked = 0
    const inner = createServer((_, res) => {
      asked++
      res.end('[]')
    })
    await new Promise<void>((resolve) => inner.listen(0, '127.0.0.1', resolve))
    const { port } = inner.address() as AddressInfo
    status = 302
    elsewhere = `http://127.0.0.1:${port}/latest/meta-data`
    try {
      await expect(host().list(never)).rejects.toMatchObject({ code: 'agent_unreachable' })
      expect(asked).toBe(0)
    } finally {
      inner.close()
    }
  })

  test('a refused stream is cut off as well [attack 39]', async () => {
    status = 500
    sentBytes = 0
    await expect(host().watch(never)[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'agent_unreachable' })
    expect(sentBytes).toBeLessThan(mostAnswerBytes + 16 * chunk.length)
  })
})

test('no request is written down with its agent and its signal, which would take longer than to make it', async () => {
  const quick = createServer((req, res) => res.end(req.url === '/version' ? '{"ApiVersion":"1.47"}' : '[]'))
  const path = join(mkdtempSync(join(tmpdir(), 'berth-engine-')), 'engine.sock')
  await new Promise<void>((resolve) => quick.listen(path, resolve))
  const written = vi.spyOn(util, 'inspect')
  try {
    await openDockerHost({ kind: 'socket', socketPath: path }, 'test').list(new AbortController().signal)
    expect(written.mock.results.map(({ value }) => value)).toEqual(['a request', 'a request'])
  } finally {
    written.mockRestore()
    quick.closeAllConnections()
    quick.close()
    rmSync(dirname(path), { recursive: true, force: true })
  }
})
