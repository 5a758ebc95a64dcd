// A viewer that leaves while the gateway still looks up its right.
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { expect, test } from 'vitest'
import { dial } from './test-client'
import { get, startTestGateway } from './test-gateway'
import { until } from './test-until'
import { answerText, startTestUpstream } from './test-upstream'

test('a viewer that left while its right was looked up is not held for ever', { timeout: 60_000 }, async () => {
  const t = await startTestGateway('domain')
  const desktop = await startTestUpstream(answerText('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok'))
  let seen: ServerResponse | undefined
  let answered: Promise<void> | undefined
  const server = createServer((req, res) => {
    seen = res
    answered = t.gateway.request(req, res)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const busy = new pg.Client({ connectionString: t.config.databaseUrl })
  await busy.connect()
  try {
    const session = await t.addSession(await t.addUser(), desktop)
    const { cookie } = await t.enter(session)
    await t.db.session.update({ where: { id: session.id }, data: { state: 'paused' } })
    await until(async () => expect((await get(session, '/', { Cookie: cookie })).body).toContain('Paused'))
    // It runs again, but that cannot be read yet.
    await busy.query('BEGIN')
    await busy.query('LOCK TABLE "Grant" IN ACCESS EXCLUSIVE MODE')
    await busy.query(`UPDATE "Session" SET state = 'running' WHERE id = $1`, [session.id])
    const viewer = await dial({ port: (server.address() as AddressInfo).port, isTls: false })
    viewer.write(`GET / HTTP/1.1\r\nHost: ${session.host}\r\nCookie: ${cookie}\r\n\r\n`)
    await until(() => expect(answered).toBeDefined())
    viewer.destroy()
    await until(() => expect(seen?.destroyed).toBe(true))
    const before = desktop.connections()
    await busy.query('COMMIT')
    await answered
    expect([t.gateway.stats().requests, desktop.connections()]).toEqual([0, before])
    expect((await get(session, '/', { Cookie: cookie })).status).toBe(200)
  } finally {
    await busy.end()
    server.close()
    await t.close()
    await desktop.close()
  }
})
