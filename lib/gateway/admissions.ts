// The rights that are alive, in memory: asked for every two seconds and at each notification, so that admitting needs no database.
// What cannot be read is unknown, not gone: open streams stay, and after a while nobody new comes in.
import type { Db } from '@/lib/db/client'
import { type AdmissionRow, isAnyAdmitted, readAdmissions } from '@/lib/db/gateway-routes'
import { extendGrants } from '@/lib/db/grants'
import { listen } from '@/lib/db/listen'
import { channels } from '@/lib/db/notify'
import type { Clock } from '@/lib/domain/clock'
import type { SessionState } from '@/lib/domain/session-lifecycle'
import { withinMs } from '@/lib/domain/within-ms'
import type { Log } from '@/lib/log'
import type { Keys } from '@/lib/secrets/keys'
import { hashToken } from '@/lib/secrets/tokens'
import { coalesced } from './coalesced'
import { type CredentialReader, credentialReader } from './credential-reader'
import { Refusal } from './refusal'
import type { Target } from './upstream-connection'

const everyMs = 2_000
const staleAfterMs = 30_000
/** So long somebody who may come in or not waits for an answer of the database. */
const answerWithinMs = 3_000
/** How long a right lasts without use; in use it slides. Its sign-in or API key ends it earlier. */
export const grantMs = 12 * 3_600_000

export type Route = {
  sessionId: string
  state: SessionState
  gatewayPort: number | null
  /** Null: not running, or not found yet. */
  target: Target | null
  agentUnreachable: boolean
  /** The viewer page is the portal's own. */
  fitsViewer: boolean
}

export type LiveGrant = { id: string; givenBy: string; endsAtMs: number; ownEndMs: number; route: Route }

type Options = {
  db: Db
  /** For LISTEN, which needs a connection of its own. */
  databaseUrl: string
  keys: Keys
  clock: Clock
  log: Log
  signal: AbortSignal
  /** After each reading: streams whose right is gone are closed. */
  onRead(): void
}

export type Admissions = {
  ready: Promise<void>
  /** By the value of a cookie. */
  find(token: string): LiveGrant | undefined
  byId(grantId: string): LiveGrant | undefined
  /**
   * Settles when the rights that these cookies give, if any, have been read since the call. Cookies that nobody was given cost a look by their
   * hashes, never a reading of everything. Rejects as refreshed() does.
   */
  seek(tokens: readonly string[]): Promise<void>
  /** Settles with a reading that began after the call. Rejects with unknown_rights when the database does not answer. */
  refreshed(): Promise<void>
  /** Settles when routes have been read the next time, whoever asked. */
  nextReading(): Promise<void>
  assertFresh(): void
  /** The right is in use: it slides. */
  touch(grant: LiveGrant): void
  count(): number
}

export function openAdmissions(options: Options): Admissions {
  const { db, clock, log, signal } = options
  const targets = credentialReader(options.keys, log)
  let copy = copyOf([], targets)
  let digest: string | null = null
  let readAtMs = Number.NEGATIVE_INFINITY
  const sliding = new Set<string>()
  let onNextReading: (() => void)[] = []

  async function read(): Promise<void> {
    const startedAt = clock.now()
    const read = await readAdmissions(db, startedAt, digest)
    if (read) copy = copyOf(read.rows, targets)
    digest = read?.digest ?? digest
    readAtMs = startedAt.getTime()
    options.onRead()
    const waiting = onNextReading
    onNextReading = []
    for (const resolve of waiting) resolve()
  }

  async function slide(): Promise<void> {
    const ids = [...sliding]
    sliding.clear()
    await extendGrants(db, ids, new Date(clock.now().getTime() + grantMs))
  }

  const refreshed = coalesced(read, signal)
  const seek = seeking(options, refreshed)
  const tick = async () => {
    await refreshed()
    await slide()
  }
  const ready = keepReading({ tick, refreshed, ...options })
  return {
    ready,
    find: (token) => alive(copy.find(token), clock),
    byId: (grantId) => alive(copy.byId.get(grantId), clock),
    seek: (tokens) => inTime(seek(tokens)),
    refreshed: () => inTime(refreshed()),
    nextReading: () => new Promise((resolve) => onNextReading.push(resolve)),
    assertFresh: () => {
      if (clock.now().getTime() - readAtMs > staleAfterMs) throw new Refusal('unknown_rights')
    },
    touch: (grant) => {
      if (grant.ownEndMs - clock.now().getTime() < grantMs / 2) sliding.add(grant.id)
    },
    count: () => copy.byId.size,
  }

  function keepReading({ databaseUrl }: Options & { tick: typeof tick; refreshed: typeof refreshed }): Promise<void> {
    const soon = () => void refreshed().catch(() => {})
    void listen({
      connectionString: databaseUrl,
      channels: [channels.grants, channels.sessions],
      onNotify: soon,
      onConnected: soon,
      onLost: (error) => log.warn({ err: error }, 'The gateway lost its notifications and reads every two seconds meanwhile'),
      signal,
    })
    return new Promise((resolve) => {
      void everyTwoSeconds(tick, { signal, log, onFirst: resolve })
    })
  }
}

type Copy = { byId: ReadonlyMap<string, LiveGrant>; find(token: string): LiveGrant | undefined }

function copyOf(rows: readonly AdmissionRow[], targets: CredentialReader): Copy {
  const grants = rows.map((row) => ({ cookieHash: row.cookieHash, grant: toGrant(row, targets.targetOf(row)) }))
  targets.forgetOthers(rows)
  const byCookie = new Map(grants.map(({ cookieHash, grant }) => [cookieHash, grant]))
  // A token is hashed once, and not for each request.
  const byToken = new Map<string, LiveGrant>()
  return {
    byId: new Map(grants.map(({ grant }) => [grant.id, grant])),
    find(token) {
      const known = byToken.get(token)
      if (known) return known
      const grant = byCookie.get(hashToken(token))
      if (grant) byToken.set(token, grant)
      return grant
    },
  }
}

function alive(grant: LiveGrant | undefined, clock: Clock): LiveGrant | undefined {
  return grant && grant.endsAtMs > clock.now().getTime() ? grant : undefined
}

function toGrant(row: AdmissionRow, target: Target | null): LiveGrant {
  const { sessionId, state, gatewayPort, agentUnreachable, fitsViewer } = row
  return {
    id: row.grantId,
    givenBy: row.givenBy,
    endsAtMs: row.expiresAt.getTime(),
    ownEndMs: row.grantExpiresAt.getTime(),
    route: { sessionId, state, gatewayPort, target, agentUnreachable, fitsViewer },
  }
}

function seeking({ db, clock, signal }: Options, refreshed: () => Promise<void>): (tokens: readonly string[]) => Promise<void> {
  let sought = new Set<string>()
  const lookUp = coalesced(async () => {
    const hashes = [...sought]
    sought = new Set()
    if (await isAnyAdmitted(db, clock.now(), hashes)) await refreshed()
  }, signal)
  return (tokens) => {
    for (const token of tokens) sought.add(hashToken(token))
    return lookUp()
  }
}

/** A database that says nothing is found so by its own limits only much later. */
function inTime(reading: Promise<void>): Promise<void> {
  return withinMs(answerWithinMs, reading, () => new Error('The database does not answer')).catch((error: unknown) => {
    throw new Refusal('unknown_rights', error)
  })
}

type Beat = { signal: AbortSignal; log: Log; onFirst(): void }

async function everyTwoSeconds(tick: () => Promise<void>, { signal, log, onFirst }: Beat): Promise<void> {
  let failed = false
  while (!signal.aborted) {
    try {
      await tick()
      onFirst()
      if (failed) log.info('The gateway reads rights again')
      failed = false
    } catch (error) {
      if (!failed && !signal.aborted) log.error({ err: error }, 'The gateway cannot read rights; open desktops stay open')
      failed = true
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, everyMs)
      signal.addEventListener('abort', done, { once: true })
      function done() {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
    })
  }
}
