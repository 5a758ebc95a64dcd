// The only door from a browser to a desktop. It runs beside the portal or alone; all it shares with the rest is the database.
import type { IncomingMessage } from 'node:http'
import type { Db } from '@/lib/db/client'
import type { Clock } from '@/lib/domain/clock'
import type { Log } from '@/lib/log'
import type { Keys } from '@/lib/secrets/keys'
import { type Activity, watchActivity } from './activity'
import { openAdmissions } from './admissions'
import { admitBy } from './admit'
import { probeReader } from './answer-probe'
import { answering } from './answering'
import { clientAddressReader } from './client-address'
import { type Door, openDoor } from './door'
import { enterWith } from './enter'
import { type Held, type HeldStreams, holdStreams } from './held-streams'
import { keptConnections } from './kept-connections'
import { ownHeaders } from './response-headers'
import { addressByPort, type GatewayConfig, hostReader, isUnderSessionDomain } from './session-address'
import { type DialUpstream, dialUpstream } from './upstream-connection'
import { viewerPage } from './viewer-page'
import { openWaitingRoom } from './waiting-room'

export type GatewayDeps = {
  db: Db
  /** For LISTEN, on a connection of its own. */
  databaseUrl: string
  keys: Keys
  config: GatewayConfig
  log: Log
  clock: Clock
  /** Ends reading and listening; call drain() first. */
  signal: AbortSignal
  /** How long a desktop may take to begin an answer. */
  firstAnswerMs?: number
  /** How long a viewer may wait for a desktop that starts. */
  holdMs?: number
  /** The viewer page for desktops that it fits; null: each serves its own. */
  viewerHtml: string | null
  /** How a desktop is reached; only the benchmark gives one of its own. */
  dial?: DialUpstream
}

/** Bytes are those of the streams that are open now. */
export type SessionTraffic = { sessionId: string; viewers: number; bytesUp: number; bytesDown: number; lastInputAt: Date | null }
export type GatewayStats = {
  streams: number
  requests: number
  grants: number
  /** Through streams since this process began. */
  bytes: { up: number; down: number }
  sessions: SessionTraffic[]
}

export type Gateway = Door & {
  /** The request is for a session's host (domain mode); everything else is the portal's. */
  owns(req: IncomingMessage): boolean
  /** Port mode: the door of one port. */
  forPort(port: number): Door
  ready: Promise<void>
  /** Lets no one in any more, waits for answers under way, then closes the streams. */
  drain(graceMs: number): Promise<void>
  stats(): GatewayStats
}

const closeMs = 2_000
const defaultFirstAnswerMs = 10_000
// Shorter than the session page's patience with a silent frame.
const defaultHoldMs = 15_000

export function createGateway({ firstAnswerMs = defaultFirstAnswerMs, ...deps }: GatewayDeps): Gateway {
  const { db, databaseUrl, keys, config, log, clock, signal, holdMs = defaultHoldMs } = deps
  const portalOrigin = config.publicUrl.origin
  const isPlainHttp = config.publicUrl.protocol === 'http:'
  const held = holdStreams()
  const kept = keptConnections()
  const activity = watchActivity({ db, clock, log })
  const admissions = openAdmissions({ db, databaseUrl, keys, clock, log, signal, onRead: closeEnded })
  const admit = admitBy(admissions, isPlainHttp)
  let isClosing = false
  const parts = {
    admissions,
    admit,
    enter: enterWith({ db, clock, portalOrigin, isPlainHttp, findAdmitted: admit.find }),
    answering: answering({ portalOrigin, log, clock }),
    activity,
    held,
    kept,
    clientAddress: clientAddressReader(config.trustedProxies),
    downstream: { own: ownHeaders(portalOrigin), mayCache: config.sessionDomain !== null },
    viewer: viewerPage(deps.viewerHtml, ownHeaders(portalOrigin)),
    waitingRoom: openWaitingRoom(),
    dial: deps.dial ?? dialUpstream,
    firstAnswerMs,
    holdMs,
    isClosing: () => isClosing,
    isProbe: probeReader(keys, clock),
  }

  function closeEnded(): void {
    const closed = held.closeUnless((one) => {
      const grant = admissions.byId(one.grantId)
      // Another start at the same address may be another user's: only the very one that was entered counts.
      if (!grant || (one.start !== null && grant.route.target?.start !== one.start)) return false
      admissions.touch(grant)
      return true
    })
    if (closed > 0) log.info({ closed }, 'Closed streams whose right or desktop has ended')
  }

  return {
    ...openDoor(parts, hostReader(config)),
    owns: (req) => isUnderSessionDomain(req, config),
    forPort: (port) => openDoor(parts, (req) => addressByPort(req, port, config)),
    ready: admissions.ready,
    async drain(graceMs) {
      isClosing = true
      await held.empty('request', graceMs)
      held.closeUnless(() => false)
      kept.closeAll()
      await held.empty('stream', closeMs)
      await activity.close()
    },
    stats: () => ({
      streams: held.count('stream'),
      requests: held.count('request'),
      grants: admissions.count(),
      bytes: { ...activity.bytes },
      sessions: trafficOf(held, activity),
    }),
  }
}

function trafficOf(held: HeldStreams, activity: Activity): SessionTraffic[] {
  const sessions = new Map<string, SessionTraffic>()
  for (const { sessionId, kind, start, bytes } of held.all() as Iterable<Held>) {
    if (kind !== 'stream' || start === null) continue
    const known = sessions.get(sessionId)
    const traffic = known ?? { sessionId, viewers: 0, bytesUp: 0, bytesDown: 0, lastInputAt: activity.lastInputAt(sessionId) }
    traffic.viewers++
    traffic.bytesUp += bytes?.up ?? 0
    traffic.bytesDown += bytes?.down ?? 0
    sessions.set(sessionId, traffic)
  }
  return [...sessions.values()]
}
