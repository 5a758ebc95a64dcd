// Whose session files go in and out of: its owner's alone, while it runs, and as far as its workspace lets them.
import { findFileSession } from '@/lib/db/session-transfers'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { assertCan } from '@/lib/domain/permissions'
import { stateWords } from '@/lib/domain/session-lifecycle'
import { allowsIn, allowsOut } from '@/lib/domain/transfer-policy'
import type { Deps } from './deps'

export type FileSession = { id: string; agentId: string; mayUpload: boolean; mayDownload: boolean }

export async function sessionForFiles({ db }: Deps, actor: Actor, sessionId: string): Promise<FileSession> {
  const row = await findFileSession(db, { sessionId, userId: actor.id })
  if (!row) throw new DomainError('not_found', { message: 'There is no such session, or it is not yours.' })
  assertCan(actor, 'session:connect', { userId: actor.id })
  if (row.state !== 'running' || row.wanted !== 'running' || row.isSaving || row.agentId === null)
    throw new DomainError('wrong_state', {
      message: `Files go in and out of a session that runs; this one: ${stateWords[row.state].toLowerCase()}.`,
    })
  return { id: sessionId, agentId: row.agentId, mayUpload: allowsIn(row.policy), mayDownload: allowsOut(row.policy) }
}
