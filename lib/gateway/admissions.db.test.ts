// What strangers' cookies cost, and what is said to them while the database says nothing.
import { setTimeout as sleep } from 'node:timers/promises'
import pino from 'pino'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Db, openDb } from '@/lib/db/client'
import { newId } from '@/lib/domain/ids'
import { deriveKeys } from '@/lib/secrets/keys'
import { hashToken, newToken } from '@/lib/secrets/tokens'
import { openSilentWay, type SilentWay } from '@/scripts/test/silent-way'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { type Admissions, openAdmissions } from './admissions'
import { insertSession, insertUser } from './test-rows'

const clock = { now: () => new Date() }
const keys = deriveKeys(Buffer.alloc(32, 7))
const ending = new AbortController()
let database: TestDatabase
let way: SilentWay
let db: Db
let admissions: Admissions
let readings = 0

beforeAll(async () => {
  database = await createTestDatabase()
  way = await openSilentWay(database.url)
  db = openDb(way.url)
  const { signal } = ending
  const onRead = () => {
    readings++
  }
  admissions = openAdmissions({ db, databaseUrl: way.url, keys, clock, log: pino({ level: 'silent' }), signal, onRead })
  await admissions.ready
})

afterAll(async () => {
  ending.abort()
  await way.close()
  await db.$disconnect()
  await database.drop()
})

beforeEach(() => {
  readings = 0
})

test('a flood of cookies that nobody was given makes the gateway read no rights anew', async () => {
  const untilMs = performance.now() + 1_500
  let sought = 0
  while (performance.now() < untilMs) {
    await Promise.all(Array.from({ length: 20 }, () => admissions.seek([newToken()])))
    sought += 20
  }
  expect(sought).toBeGreaterThan(200)
  // Those that come every two seconds anyway.
  expect(readings).toBeLessThanOrEqual(2)
})

test('a right that another process gave a moment ago is found at once, among strangers’ cookies', async () => {
  const rows = { db: database.db, keys, clock }
  const owner = await insertUser(rows)
  const sessionId = await insertSession(rows, owner, { host: '127.0.0.1', port: 1, pin: null }, {})
  const token = newToken()
  const expiresAt = new Date(Date.now() + 60_000)
  const { id: signInId } = await database.db.signIn.findFirstOrThrow({ where: { userId: owner.id } })
  const cookieHash = hashToken(token)
  await database.db.grant.create({
    data: { id: newId(), sessionId, signInId, cookieHash, expiresAt, ticketExpiresAt: expiresAt },
  })
  expect(admissions.find(token)).toBeUndefined()
  await Promise.all([admissions.seek([newToken()]), admissions.seek([newToken(), token])])
  expect(admissions.find(token)?.route.sessionId).toBe(sessionId)
})

test('whoever comes while the database says nothing is told so within seconds', async () => {
  way.silence()
  try {
    const asked = [admissions.seek([newToken()]), admissions.refreshed()]
    const answers = Promise.allSettled(asked)
    const ended = await Promise.race([answers, sleep(10_000, null)])
    expect(ended).toMatchObject([
      { status: 'rejected', reason: { code: 'unknown_rights' } },
      { status: 'rejected', reason: { code: 'unknown_rights' } },
    ])
  } finally {
    way.speak()
  }
}, 20_000)
