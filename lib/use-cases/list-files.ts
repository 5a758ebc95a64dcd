// What is in the folders of a session that files go in and out of.
import { readSettings } from '@/lib/db/settings'
import type { Actor } from '@/lib/domain/actor'
import type { SessionRef } from '@/lib/domain/session'
import type { FolderListing, SessionFiles } from '@/lib/domain/session-files'
import { callController, readAnswer } from './call-controller'
import type { Deps } from './deps'
import { sessionForFiles } from './session-for-files'

export async function listFiles(deps: Deps, actor: Actor, { sessionId }: SessionRef, signal: AbortSignal): Promise<SessionFiles> {
  const { agentId, mayUpload, mayDownload } = await sessionForFiles(deps, actor, sessionId)
  const { maxTransferBytes } = await readSettings(deps.db)
  const rights = { mayUpload, mayDownload, maxBytes: maxTransferBytes }
  if (!mayUpload && !mayDownload) return { ...rights, folders: [] }
  const request = { kind: 'list' as const, sessionId, userId: actor.id, by: actor.by }
  const response = await callController(deps, agentId, request, { signal })
  return { ...rights, folders: (await readAnswer(response)) as FolderListing[] }
}
