// A terminal as root on the desktop of an authoring session. A controller opens it: this process holds no Docker credentials.
import { audit } from '@/lib/db/audit'
import { isSaving } from '@/lib/db/image-saves'
import { addEvent } from '@/lib/db/place-queue'
import { askQuestion } from '@/lib/db/questions'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import type { SessionRef } from '@/lib/domain/session'
import type { Deps } from './deps'
import { ownAuthoringSession } from './own-authoring-session'

export async function openRootTerminal(deps: Deps, actor: Actor, { sessionId }: SessionRef): Promise<{ id: string }> {
  const session = await ownAuthoringSession(deps.db, actor, sessionId)
  if (session.state !== 'running' || (await isSaving(deps.db, sessionId)))
    throw new DomainError('wrong_state', { message: 'The desktop is not running.' })
  const input = { kind: 'root-terminal' as const, sessionId }
  const answer = await askQuestion<'root-terminal'>(deps, { input, askedById: actor.id, agentId: session.agentId })
  if (!answer.ok)
    throw new DomainError('container_failed', { message: answer.problem, ...(answer.hint ? { hint: answer.hint } : {}) })
  await addEvent(deps.db, sessionId, deps.clock.now(), 'root_terminal', {})
  await audit(deps.db, actor, { verb: 'session.root-terminal', thingKind: 'session', thingId: sessionId })
  return { id: sessionId }
}
