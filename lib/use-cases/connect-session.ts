// Connect: a ticket for one browser to the owner's own running session. The gateway swaps it for a cookie.
import { createGrant } from '@/lib/db/grants'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { newId } from '@/lib/domain/ids'
import type { SessionRef } from '@/lib/domain/session'
import { allowsVerb, stateWords } from '@/lib/domain/session-lifecycle'
import { type SessionOriginRules, sessionOrigin } from '@/lib/domain/session-origin'
import { hashToken, newToken } from '@/lib/secrets/tokens'
import type { Deps } from './deps'

const ticketSeconds = 30

export type SessionConnection = { url: string; expiresAt: string }

type Patience = {
  /** Also while the desktop starts, if the gateway has a page that waits for it. */
  ahead?: boolean
}

export async function connectSession(
  deps: Deps,
  actor: Actor,
  { sessionId }: SessionRef,
  { ahead = false }: Patience = {},
): Promise<SessionConnection> {
  const { by } = actor
  // A stream ends with what let its viewer in; an operator at the command line has nothing that could end.
  if (by.kind === 'operator') throw new DomainError('forbidden', { message: 'Only a signed-in user or an API key can connect.' })
  const session = await deps.db.session.findFirst({
    where: { id: sessionId, userId: actor.id, state: { not: 'deleted' } },
    select: { id: true, state: true, wanted: true, gatewayPort: true, fitsViewer: true },
  })
  if (!session) throw new DomainError('not_found', { message: 'There is no such session, or it is not yours.' })
  const mayWait = ahead && session.state === 'starting' && session.wanted === 'running' && session.fitsViewer
  if (!mayWait && (!allowsVerb(session.state, 'connect') || session.wanted === 'deleted')) {
    throw new DomainError('wrong_state', {
      message: `The session is not running: ${stateWords[session.state].toLowerCase()}.`,
      hint: 'Connect when its state is running.',
    })
  }
  const origin = sessionOrigin(originRules(deps.config), session)
  const ticket = newToken()
  const now = deps.clock.now()
  const expiresAt = new Date(now.getTime() + ticketSeconds * 1000)
  await createGrant(deps.db, { id: newId(), sessionId, by, ticketHash: hashToken(ticket), ticketExpiresAt: expiresAt, now })
  return { url: `${origin}/.berth/enter?ticket=${ticket}`, expiresAt: expiresAt.toISOString() }
}

function originRules({ publicUrl, sessionDomain }: Deps['config']): SessionOriginRules {
  return sessionDomain === null ? { mode: 'port', publicUrl } : { mode: 'domain', publicUrl, sessionDomain }
}
