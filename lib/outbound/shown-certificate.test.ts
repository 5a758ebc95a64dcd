import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import { createServer } from 'node:tls'
import { generate } from 'selfsigned'
import { afterEach, expect, test } from 'vitest'
import { shownCertificateEnd } from './shown-certificate'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function listening(server: Server): Promise<URL> {
  servers.push(server.listen(0, '127.0.0.1'))
  await new Promise((resolve) => server.once('listening', resolve))
  return new URL(`https://localhost:${(server.address() as AddressInfo).port}`)
}

test('the end of a certificate is told where browsers would believe it, and nothing where they would not', async () => {
  const endsAt = new Date('2091-03-04T05:06:07Z')
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    notAfterDate: endsAt,
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  })
  const url = await listening(createServer({ key: made.private, cert: made.cert }))
  expect(await shownCertificateEnd(url, { timeoutMs: 5_000, ca: made.cert })).toBe(endsAt.toISOString())
  expect(await shownCertificateEnd(url, { timeoutMs: 5_000 })).toBeNull()
})

test('who does not answer, or is not there, tells nothing', async () => {
  const silent = await listening(createTcpServer((socket) => socket.resume()))
  expect(await shownCertificateEnd(silent, { timeoutMs: 50 })).toBeNull()
  await new Promise((resolve) => servers.pop()?.close(resolve))
  expect(await shownCertificateEnd(silent, { timeoutMs: 5_000 })).toBeNull()
})
