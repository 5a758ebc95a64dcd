// The steps that every request takes, in one order for HTTP and WebSocket: find the session, admit, check, forward.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Activity } from './activity'
import type { Admissions, LiveGrant } from './admissions'
import type { Admit } from './admit'
import { answerProbe } from './answer-probe'
import type { Answering, Failing } from './answering'
import { awaitDesktop, mayAwait } from './await-desktop'
import type { ClientAddressReader } from './client-address'
import type { Enter } from './enter'
import { forwardRequest } from './forward-request'
import { forwardUpgrade, readOffer, type WebSocketOffer } from './forward-upgrade'
import type { HeldStreams } from './held-streams'
import type { KeptConnections } from './kept-connections'
import { Refusal, refusalOfState } from './refusal'
import { assertOwnSite, assertPlainRequest, assertReading, forwardablePath } from './request-checks'
import { pathOfTarget } from './request-path'
import type { Downstream } from './response-headers'
import type { Addressed } from './session-address'
import { hasUnanswered, keepUnanswered } from './unanswered'
import { type DialUpstream, keepAliveDelayMs, type Target } from './upstream-connection'
import type { ViewerPage } from './viewer-page'
import type { WaitingRoom } from './waiting-room'

const enterPath = '/.berth/enter'

export type Door = {
  request(req: IncomingMessage, res: ServerResponse): Promise<void>
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>
}

export type DoorParts = {
  admissions: Admissions
  admit: Admit
  enter: Enter
  answering: Answering
  activity: Activity
  held: HeldStreams
  kept: KeptConnections
  clientAddress: ClientAddressReader
  downstream: Downstream
  viewer: ViewerPage
  waitingRoom: WaitingRoom
  dial: DialUpstream
  /** How long a desktop may take to begin an answer. */
  firstAnswerMs: number
  /** How long a viewer may wait for a desktop that starts. */
  holdMs: number
  isClosing(): boolean
  /** The portal itself asks whether it comes through to here. */
  isProbe(req: IncomingMessage): boolean
}

/** `addressOf` says which session a request addresses, or throws. */
export function openDoor(parts: DoorParts, addressOf: (req: IncomingMessage) => Addressed): Door {
  const { answering, held, kept, clientAddress, downstream, firstAnswerMs, dial } = parts

  function address(req: IncomingMessage): Addressed {
    assertPlainRequest(req)
    const addressed = addressOf(req)
    if (parts.isClosing()) throw new Refusal('closing')
    return addressed
  }

  /** Held like a stream meanwhile: a right that ends while its desktop starts ends the waiting. */
  async function wait(req: IncomingMessage, addressed: Addressed, client: Duplex, grant: LiveGrant): Promise<LiveGrant> {
    const { admissions, waitingRoom, holdMs, isClosing } = parts
    const leaveRoom = waitingRoom.enter(grant)
    const release = held.hold({ ...holding(grant, null, 'stream', () => client.destroy()) })
    try {
      const again = () => parts.admit.admit(req, addressed)
      return await awaitDesktop({ client, grant, admit: again, nextReading: admissions.nextReading, isClosing, holdMs })
    } finally {
      release()
      leaveRoom()
    }
  }

  return {
    async request(req, res) {
      const atClose = keepUnanswered(req, res)
      const failing: Failing = {}
      try {
        const addressed = address(req)
        if (pathOfTarget(req.url) === enterPath) return await parts.enter(req, res, addressed)
        const grant = await admitted(parts, req, addressed, failing)
        const target = parts.viewer.fits(req, grant) ? null : targetOf(grant)
        const path = forwardablePath(req)
        assertReading(req)
        assertOwnSite(req)
        if (target === null) return parts.viewer.answer(req, res)
        if (res.destroyed) return
        atClose.release = held.hold(holding(grant, target, 'request', () => res.destroy()))
        const from = clientAddress(req)
        await forwardRequest({ req, res, atClose, target, path, clientAddress: from, downstream, firstAnswerMs, dial, kept })
      } catch (error) {
        answering.answerRequest(req, res, error, failing)
      }
    },
    async upgrade(req, socket, head) {
      if (!prepare(socket)) return
      const failing: Failing = {}
      try {
        const addressed = address(req)
        if (parts.isProbe(req)) return answerProbe(req, socket, head)
        let grant = await admitted(parts, req, addressed, failing)
        const awaits = mayAwait(grant)
        if (!awaits) targetOf(grant)
        const path = forwardablePath(req)
        if (req.headers.origin !== addressed.origin) throw new Refusal('foreign_origin')
        const offer = readOffer(req, head)
        if (awaits) grant = await wait(req, addressed, socket, grant)
        await join(parts, { client: socket, grant, path, offer, clientAddress: clientAddress(req) })
      } catch (error) {
        answering.answerUpgrade(socket, error, failing)
      }
    },
  }
}

type Joining = { client: Duplex; grant: LiveGrant; path: string; offer: WebSocketOffer; clientAddress: string }

async function join({ activity, held, firstAnswerMs, dial }: DoorParts, { grant, ...joining }: Joining): Promise<void> {
  const { client } = joining
  // It left while it was let in, and says so no second time.
  if (client.destroyed) return
  const target = targetOf(grant)
  const watched = activity.watch(grant.route.sessionId, target.start)
  client.once('close', watched.end)
  // Held from here on: a right that ends while the desktop is asked ends this as well.
  client.once('close', held.hold({ ...holding(grant, target, 'stream', () => client.destroy()), bytes: watched.bytes }))
  await forwardUpgrade({ ...joining, target, taps: watched, firstAnswerMs, dial })
  watched.begin()
}

async function admitted(
  { admit, admissions }: DoorParts,
  req: IncomingMessage,
  addressed: Addressed,
  failing: Failing,
): Promise<LiveGrant> {
  let grant = admit.known(req, addressed) ?? (await admit.admit(req, addressed))
  if (!grant.route.target && !mayAwait(grant)) {
    // Perhaps it became reachable a moment ago.
    await admissions.refreshed()
    grant = await admit.admit(req, addressed)
  }
  failing.sessionId = grant.route.sessionId
  failing.agentUnreachable = grant.route.agentUnreachable
  return grant
}

function targetOf({ route: { target, state, agentUnreachable } }: LiveGrant): Target {
  if (!target) throw new Refusal(agentUnreachable ? 'agent_unreachable' : refusalOfState(state))
  return target
}

function holding({ id, route }: LiveGrant, target: Target | null, kind: 'stream' | 'request', close: () => void) {
  return { grantId: id, sessionId: route.sessionId, start: target?.start ?? null, kind, close }
}

/** False: it was ended, because there is no order in which this and what came before it could be answered. */
function prepare(socket: Duplex): boolean {
  // For good: an error without a listener would end the process.
  socket.on('error', () => {})
  if (hasUnanswered(socket)) socket.destroy()
  if (!(socket instanceof Socket)) return !socket.destroyed
  socket.setTimeout(0)
  socket.setNoDelay(true)
  socket.setKeepAlive(true, keepAliveDelayMs)
  return !hasUnanswered(socket)
}
