// The steps that every request takes, in one order for HTTP and WebSocket: find the session, admit, check, forward.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Activity } from './activity'
import type { Admissions, LiveGrant } from './admissions'
import type { Admit } from './admit'
import type { Answering, Failing } from './answering'
import type { ClientAddressReader } from './client-address'
import type { Enter } from './enter'
import { forwardRequest } from './forward-request'
import { forwardUpgrade, readOffer } from './forward-upgrade'
import type { HeldStreams } from './held-streams'
import { Refusal, refusalOfState } from './refusal'
import { assertOwnSite, assertPlainRequest, assertReading, forwardablePath } from './request-checks'
import { pathOfTarget } from './request-path'
import type { Downstream } from './response-headers'
import type { Addressed } from './session-address'
import { keepAliveDelayMs, type Target } from './upstream-connection'

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
  clientAddress: ClientAddressReader
  downstream: Downstream
  /** How long a desktop may take to begin an answer. */
  firstAnswerMs: number
  isClosing(): boolean
}

type Visit = { grant: LiveGrant; target: Target; path: string; addressed: Addressed }

/** `addressOf` says which session a request addresses, or throws. */
export function openDoor(parts: DoorParts, addressOf: (req: IncomingMessage) => Addressed): Door {
  const { answering, held, activity, clientAddress, downstream, firstAnswerMs } = parts

  function address(req: IncomingMessage): Addressed {
    assertPlainRequest(req)
    const addressed = addressOf(req)
    if (parts.isClosing()) throw new Refusal('closing')
    return addressed
  }

  async function visit(req: IncomingMessage, addressed: Addressed, failing: Failing): Promise<Visit> {
    let grant = await parts.admit.admit(req, addressed)
    if (!grant.route.target) {
      // Perhaps it became reachable a moment ago.
      await parts.admissions.refreshed()
      grant = await parts.admit.admit(req, addressed)
    }
    const { target, state, sessionId, agentUnreachable } = grant.route
    failing.sessionId = sessionId
    failing.agentUnreachable = agentUnreachable
    if (!target) throw new Refusal(agentUnreachable ? 'agent_unreachable' : refusalOfState(state))
    return { grant, target, path: forwardablePath(req), addressed }
  }

  return {
    async request(req, res) {
      const failing: Failing = {}
      try {
        const addressed = address(req)
        if (pathOfTarget(req.url) === enterPath) {
          if (req.method !== 'GET') throw new Refusal('method_not_allowed')
          return await parts.enter(req, res, addressed)
        }
        const { grant, target, path } = await visit(req, addressed, failing)
        assertReading(req)
        assertOwnSite(req)
        res.once('close', held.hold(holding(grant, target, 'request', () => res.destroy())))
        await forwardRequest({ req, res, target, path, clientAddress: clientAddress(req), downstream, firstAnswerMs })
      } catch (error) {
        answering.answerRequest(req, res, error, failing)
      }
    },
    async upgrade(req, socket, head) {
      prepare(socket)
      const failing: Failing = {}
      try {
        const addressed = address(req)
        const { grant, target, path } = await visit(req, addressed, failing)
        if (req.headers.origin !== addressed.origin) throw new Refusal('foreign_origin')
        const offer = readOffer(req, head)
        const watched = activity.watch(grant.route.sessionId, target.start)
        // Held from here on: a right that ends while the desktop is asked ends this as well.
        socket.once('close', held.hold({ ...holding(grant, target, 'stream', () => socket.destroy()), bytes: watched.bytes }))
        await forwardUpgrade({
          client: socket,
          target,
          path,
          clientAddress: clientAddress(req),
          offer,
          taps: watched,
          firstAnswerMs,
        })
      } catch (error) {
        answering.answerUpgrade(socket, error, failing)
      }
    },
  }
}

function holding({ id, route }: LiveGrant, { start }: Target, kind: 'stream' | 'request', close: () => void) {
  return { grantId: id, sessionId: route.sessionId, start, kind, close }
}

function prepare(socket: Duplex): void {
  // For good: an error without a listener would end the process.
  socket.on('error', () => {})
  if (!(socket instanceof Socket)) return
  socket.setTimeout(0)
  socket.setNoDelay(true)
  socket.setKeepAlive(true, keepAliveDelayMs)
}
