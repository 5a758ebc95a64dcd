// Rows that the gateway reads, as the portal would write them.
import type { Db } from '@/lib/db/client'
import type { Actor } from '@/lib/domain/actor'
import type { Clock } from '@/lib/domain/clock'
import { newId } from '@/lib/domain/ids'
import type { SessionState } from '@/lib/domain/session-lifecycle'
import type { Keys } from '@/lib/secrets/keys'
import { seal } from '@/lib/secrets/seal'
import { sealContext } from '@/lib/secrets/seal-contexts'
import { newDesktopPassword } from '@/lib/secrets/tokens'

type Rows = { db: Db; keys: Keys; clock: Clock }

/** Where a session's desktop answers. */
export type Reach = { host: string; port: number; pin: string | null; password?: string }
export type SessionRow = {
  state?: SessionState
  gatewayPort?: number | null
  containerStartedAt?: string
  fitsViewer?: boolean
}

export async function insertUser(rows: Rows, role: Actor['role'] = 'user'): Promise<Actor> {
  const id = newId()
  await rows.db.user.create({ data: { id, name: id, role, passwordHash: '-' } })
  return insertSignIn(rows, { id, name: id, role })
}

/** The same person, signed in once more. */
export async function insertSignIn({ db, clock }: Rows, { id, name, role }: Pick<Actor, 'id' | 'name' | 'role'>): Promise<Actor> {
  const expiresAt = new Date(clock.now().getTime() + 30 * 86_400_000)
  const row = await db.signIn.create({ data: { id: newId(), userId: id, expiresAt } })
  return { id, name, role, by: { kind: 'signIn', id: row.id }, mustChangePassword: false }
}

export async function insertApiKey({ db }: Rows, actor: Actor): Promise<Actor> {
  const row = await db.apiKey.create({ data: { id: newId(), userId: actor.id, name: 'key', prefix: 'x', hash: newId() } })
  return { ...actor, by: { kind: 'apiKey', id: row.id } }
}

export async function insertSession({ db, keys }: Rows, owner: Actor, reach: Reach, more: SessionRow): Promise<string> {
  const id = newId()
  await db.session.create({
    data: {
      id,
      userId: owner.id,
      imageName: 'Desktop',
      spec: {},
      cpuMillis: 1000,
      memoryBytes: 1e9,
      state: more.state ?? 'running',
      fitsViewer: more.fitsViewer ?? false,
      gatewayPort: more.gatewayPort ?? null,
      reachHost: reach.host,
      reachPort: reach.port,
      certPin: reach.pin,
      containerStartedAt: more.containerStartedAt ?? 'first',
      credentialSealed: seal(keys, sealContext.credential(id), reach.password ?? newDesktopPassword()),
    },
  })
  return id
}
