// A thousand people's sessions in a real PostgreSQL, each with a living right, all of which the gateway under test reads.
import { type Db, openDb } from '@/lib/db/client'
import { newId } from '@/lib/domain/ids'
import { deriveKeys } from '@/lib/secrets/keys'
import { seal } from '@/lib/secrets/seal'
import { sealContext } from '@/lib/secrets/seal-contexts'
import { hashToken, newDesktopPassword, newToken } from '@/lib/secrets/tokens'
import { openTemporaryPostgres } from '@/scripts/test/temporary-postgres'

export const sessionCount = 1_000

export type BenchSession = { id: string; cookie: string }
export type Installation = {
  databaseUrl: string
  secretHex: string
  dataDir: string
  sessions: BenchSession[]
  /** Where the desktops of all sessions answer from now on. */
  moveDesktops(port: number): Promise<void>
  close(): Promise<void>
}

export async function installFor(pin: string): Promise<Installation> {
  const secret = Buffer.alloc(32, 7)
  const database = await openTemporaryPostgres('berth-bench-')
  const { url: databaseUrl, dataDir } = database
  const db = openDb(databaseUrl)
  return {
    databaseUrl,
    secretHex: secret.toString('hex'),
    dataDir,
    sessions: await seedSessions(db, secret, pin),
    moveDesktops: async (reachPort) => {
      await db.session.updateMany({ data: { reachPort } })
    },
    close: async () => {
      await db.$disconnect()
      await database.stop()
    },
  }
}

async function seedSessions(db: Db, secret: Buffer, certPin: string): Promise<BenchSession[]> {
  const keys = deriveKeys(secret)
  const inADay = new Date(Date.now() + 86_400_000)
  const people = Array.from({ length: sessionCount }, () => ({
    id: newId(),
    signInId: newId(),
    sessionId: newId(),
    cookie: newToken(),
  }))
  await db.user.createMany({ data: people.map(({ id }) => ({ id, name: id, passwordHash: '-' })) })
  await db.signIn.createMany({ data: people.map(({ id, signInId }) => ({ id: signInId, userId: id, expiresAt: inADay })) })
  await db.session.createMany({
    data: people.map(({ id: userId, sessionId: id }) => ({
      ...{ id, userId, imageName: 'Desktop', spec: {}, cpuMillis: 1000, memoryBytes: 1e9, certPin },
      ...{ state: 'running' as const, reachHost: '127.0.0.1', reachPort: 1, containerStartedAt: 'first' },
      credentialSealed: seal(keys, sealContext.credential(id), newDesktopPassword()),
    })),
  })
  await db.grant.createMany({
    data: people.map(({ sessionId, signInId, cookie }) => ({
      ...{ id: newId(), sessionId, signInId, cookieHash: hashToken(cookie) },
      ...{ ticketExpiresAt: inADay, expiresAt: inADay },
    })),
  })
  return people.map(({ sessionId: id, cookie }) => ({ id, cookie }))
}
