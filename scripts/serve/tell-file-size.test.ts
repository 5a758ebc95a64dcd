import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { fileSizeHeader } from '@/lib/domain/session-files'
import { tellFileSize } from './tell-file-size'

async function answerOf(handle: (res: ServerResponse) => void) {
  const server = createServer((_req, res) => {
    tellFileSize(res)
    handle(res)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const asked = request({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, agent: false }).end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    return { headers: answer.headers, body: await text(answer).catch(() => 'broken off') }
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('a file comes with its size, and one that breaks off is not taken for whole', async () => {
  // As Next does it: flushed, then piece by piece.
  const begin = (res: ServerResponse) => {
    res.setHeader(fileSizeHeader, '6')
    res.flushHeaders()
    res.write('abc')
  }
  const whole = await answerOf((res) => {
    begin(res)
    res.end('def')
  })
  expect(whole).toMatchObject({ headers: { 'content-length': '6' }, body: 'abcdef' })
  expect(Object.keys(whole.headers)).not.toContain(fileSizeHeader)
  expect(whole.headers).not.toHaveProperty('transfer-encoding')
  const broken = await answerOf((res) => {
    begin(res)
    res.destroy()
  })
  expect(broken.body).toBe('broken off')
})

test('an empty file says so, and what is no file is left as it is', async () => {
  const empty = await answerOf((res) => void res.setHeader(fileSizeHeader, '0').end())
  expect(empty).toMatchObject({ headers: { 'content-length': '0' }, body: '' })
  const other = await answerOf((res) => void res.writeHead(201, { 'x-other': 'y' }).end('page'))
  expect(other).toMatchObject({ headers: { 'x-other': 'y', 'transfer-encoding': 'chunked' }, body: 'page' })
})
