// One file in or out, or a list of them, for a web process: who it is for is asked anew here, and asked again while it lasts.
import { holdsLease, isTakenOver, type Lease } from '@/lib/db/leases'
import { findTransferSession, isLetIn, type TransferSession } from '@/lib/db/session-transfers'
import type { InContainer } from '@/lib/domain/container-host'
import { DomainError } from '@/lib/domain/errors'
import { type FolderListing, type LetInBy, mostTransfers, type TransferRequest } from '@/lib/domain/session-files'
import type { ActingAgent, ControllerDeps } from './controller-deps'

const lookEveryMs = 2_000
/** However slowly it moves. */
const longestMs = 4 * 60 * 60_000

export type TransferAnswer =
  | { kind: 'list'; folders: FolderListing[] }
  | { kind: 'read'; sizeBytes: number; content: AsyncIterable<Uint8Array> }
  | { kind: 'write' }

/** Null for `by`: whoever asks is of a version that does not say it. */
export type ToServe = TransferRequest & { by: LetInBy | null }

export type ServeTransfer = (
  request: ToServe,
  body: () => AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  /** Runs while the session may go on being served: the signal is aborted where it may not, also while nobody takes what was read. */
  answer: (answer: TransferAnswer, signal: AbortSignal) => Promise<void>,
) => Promise<void>

type Acting = (agentId: string) => ActingAgent | undefined

export function serveTransfers(deps: ControllerDeps, actingOn: Acting): ServeTransfer {
  const places = newPlaces()
  return async (request, body, signal, answer) => {
    const session = await findTransferSession(deps.db, request)
    if (!session) throw new DomainError('wrong_state', { message: 'The session does not run.' })
    const acting = actingOn(session.agentId)
    if (!(await isLetIn(deps.db, request, deps.clock.now()))) throw new DomainError('unauthenticated')
    // Another controller has the agent since it was looked up.
    if (!acting || !(await holdsLease(deps.db, acting.lease))) throw new DomainError('no_controller')
    const leave = places.take(request.sessionId)
    const watch = watchTransfer(deps, request, { session, lease: acting.lease }, signal)
    try {
      await answer(
        await perform(acting, request, { sessionId: request.sessionId, containerId: session.containerId }, body, watch.signal),
        watch.signal,
      )
    } catch (error) {
      // A stopped container only shows as a program that ended: what became of the session says more.
      await watch.look()
      throw watch.why() ?? error
    } finally {
      watch.stop()
      leave()
    }
  }
}

/** Here they are counted for everybody: one controller acts on the agent of a session. */
function newPlaces(): { take(sessionId: string): () => void } {
  const taken = new Map<string, number>()
  return {
    take: (sessionId) => {
      const count = taken.get(sessionId) ?? 0
      if (count >= mostTransfers) throw new DomainError('too_many_transfers')
      taken.set(sessionId, count + 1)
      return () => {
        const left = (taken.get(sessionId) ?? 1) - 1
        if (left > 0) taken.set(sessionId, left)
        else taken.delete(sessionId)
      }
    },
  }
}

async function perform(
  { host }: ActingAgent,
  request: TransferRequest,
  where: InContainer,
  body: () => AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<TransferAnswer> {
  switch (request.kind) {
    case 'list':
      return { kind: 'list', folders: await host.listFiles(where, signal) }
    case 'read':
      return { kind: 'read', ...(await host.readFile(where, request, signal)) }
    case 'write':
      await host.writeFile(where, { ...request, content: body }, signal)
      return { kind: 'write' }
  }
}

type Begun = { session: TransferSession; lease: Lease }

/** Ends a transfer with its session (a stop, a pause, another owner, a container that was made anew), with what let its owner in, and with our lease. */
function watchTransfer(deps: ControllerDeps, request: ToServe, { session, lease }: Begun, outer: AbortSignal) {
  const ended = new AbortController()
  let why: Error | undefined
  const end = (reason: Error) => {
    why ??= reason
    ended.abort(reason)
  }
  const giveUp = () => ended.abort(outer.reason)
  outer.addEventListener('abort', giveUp, { once: true })
  if (outer.aborted) giveUp()
  /** A database that does not answer says nothing. */
  const look = async (): Promise<void> => {
    const [now, letIn, isLost] = await Promise.all([
      findTransferSession(deps.db, request).catch(() => session),
      isLetIn(deps.db, request, deps.clock.now()).catch(() => true),
      isTakenOver(deps.db, lease).catch(() => false),
    ])
    if (now?.containerId !== session.containerId)
      end(new DomainError('wrong_state', { message: 'The session was stopped or paused while the file was under way.' }))
    if (!letIn) end(new DomainError('unauthenticated', { message: 'You were signed out while the file was under way.' }))
    if (isLost) end(new DomainError('transfer_broken', { message: 'Another controller looks after the session since.' }))
  }
  const timer = setInterval(() => void look(), lookEveryMs)
  const longest = setTimeout(
    () => end(new DomainError('transfer_broken', { message: 'The transfer took longer than four hours.' })),
    longestMs,
  )
  return {
    signal: ended.signal,
    look,
    why: () => why,
    stop: () => {
      clearInterval(timer)
      clearTimeout(longest)
      outer.removeEventListener('abort', giveUp)
      // Whatever became of what was read: nothing runs on in the container.
      ended.abort()
    },
  }
}
