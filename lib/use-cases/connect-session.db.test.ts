// Who gets a ticket to a desktop.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '@/lib/config'
import type { Actor } from '@/lib/domain/actor'
import { newId } from '@/lib/domain/ids'
import { insertApiKey, insertSession, insertUser } from '@/lib/gateway/test-rows'
import { deriveKeys } from '@/lib/secrets/keys'
import { hashToken } from '@/lib/secrets/tokens'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { connectSession } from './connect-session'
import type { Deps } from './deps'

const now = new Date('2026-01-02T03:04:05.000Z')
const reach = { host: '127.0.0.1', port: 1, pin: null }
let database: TestDatabase
let deps: Deps
let alice: Actor

beforeAll(async () => {
  database = await createTestDatabase()
  const config = loadConfig({
    DATABASE_URL: database.url,
    BERTH_PUBLIC_URL: 'https://berth.example.org',
    BERTH_SESSION_DOMAIN: 'desks.example.net',
  })
  deps = { db: database.db, clock: { now: () => now }, keys: deriveKeys(Buffer.alloc(32, 1)), config }
  alice = await insertUser(deps)
})
afterAll(() => database.drop())

test('gives the owner a ticket that is stored only as a hash and lives for thirty seconds [attack 36]', async () => {
  const sessionId = await insertSession(deps, alice, reach, {})
  const { url, expiresAt } = await connectSession(deps, alice, { sessionId })
  expect(expiresAt).toBe('2026-01-02T03:04:35.000Z')
  const address = new URL(url)
  expect(address.origin + address.pathname).toBe(`https://${sessionId}.desks.example.net/.berth/enter`)
  const ticket = address.searchParams.get('ticket') ?? ''
  const grant = await deps.db.grant.findFirstOrThrow({ where: { sessionId } })
  expect(grant).toMatchObject({
    ticketHash: hashToken(ticket),
    signInId: alice.by.kind === 'signIn' && alice.by.id,
    cookieHash: null,
  })
  expect(JSON.stringify(grant)).not.toContain(ticket)
})

test('binds a ticket asked with an API key to that key', async () => {
  const sessionId = await insertSession(deps, alice, reach, {})
  const program = await insertApiKey(deps, alice)
  await connectSession(deps, program, { sessionId })
  const grant = await deps.db.grant.findFirstOrThrow({ where: { sessionId } })
  expect(grant).toMatchObject({ apiKeyId: program.by.kind === 'apiKey' && program.by.id, signInId: null })
})

test('names the session’s own port where sessions have ports', async () => {
  const sessionId = await insertSession(deps, alice, reach, { gatewayPort: 6123 })
  const config = loadConfig({
    DATABASE_URL: database.url,
    BERTH_PUBLIC_URL: 'https://berth.example.org',
    BERTH_SESSION_PORTS: '6100-6199',
  })
  const { url } = await connectSession({ ...deps, config }, alice, { sessionId })
  expect(url.startsWith('https://berth.example.org:6123/.berth/enter?ticket=')).toBe(true)
})

test('a foreign session is as unknown as one that does not exist, to administrators too [attack 21]', async () => {
  const sessionId = await insertSession(deps, alice, reach, {})
  for (const role of ['user', 'admin'] as const) {
    const stranger = await insertUser(deps, role)
    for (const id of [sessionId, newId()]) {
      await expect(connectSession(deps, stranger, { sessionId: id })).rejects.toMatchObject({ code: 'not_found' })
    }
  }
  expect(await deps.db.grant.count({ where: { sessionId } })).toBe(0)
})

test.each(['queued', 'starting', 'paused', 'stopping', 'stopped', 'failed', 'lost', 'deleting'] as const)(
  'a session that is %s gives no ticket and says so',
  async (state) => {
    const sessionId = await insertSession(deps, alice, reach, { state })
    await expect(connectSession(deps, alice, { sessionId })).rejects.toMatchObject({ code: 'wrong_state' })
    expect(await deps.db.grant.count({ where: { sessionId } })).toBe(0)
  },
)

test('an operator at the command line gets none, because nothing could end his stream', async () => {
  const sessionId = await insertSession(deps, alice, reach, {})
  const operator: Actor = { ...alice, by: { kind: 'operator' } }
  await expect(connectSession(deps, operator, { sessionId })).rejects.toMatchObject({ code: 'forbidden' })
})

test('ended rights of a session are cleared away when a new one is made', async () => {
  const sessionId = await insertSession(deps, alice, reach, {})
  await connectSession({ ...deps, clock: { now: () => new Date(now.getTime() - 60_000) } }, alice, { sessionId })
  await connectSession(deps, alice, { sessionId })
  expect(await deps.db.grant.count({ where: { sessionId } })).toBe(1)
})
