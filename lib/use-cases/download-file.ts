// A file out of a session, as a stream.
import { addEvent } from '@/lib/db/place-queue'
import { readSettings } from '@/lib/db/settings'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import type { FileFolder } from '@/lib/domain/session-files'
import { callController } from './call-controller'
import type { Deps } from './deps'
import { sessionForFiles } from './session-for-files'

type Wanted = { sessionId: string; folder: FileFolder; name: string }

export async function downloadFile(
  deps: Deps,
  actor: Actor,
  { sessionId, folder, name }: Wanted,
  signal: AbortSignal,
): Promise<{ sizeBytes: number; content: AsyncIterable<Uint8Array> }> {
  const { agentId, mayDownload } = await sessionForFiles(deps, actor, sessionId)
  if (!mayDownload) throw new DomainError('files_not_allowed', { message: 'This workspace lets no files out.' })
  const { maxTransferBytes: maxBytes } = await readSettings(deps.db)
  const request = { kind: 'read' as const, sessionId, userId: actor.id, by: actor.by, folder, name, maxBytes }
  const response = await callController(deps, agentId, request, { signal })
  const sizeBytes = Number(response.headers['content-length'])
  try {
    // Before the first byte is out: whoever gives up at the last one had it all the same.
    await addEvent(deps.db, sessionId, deps.clock.now(), 'file_out', { name, bytes: sizeBytes })
  } catch (error) {
    // Nobody will read it, and it would wait for that.
    response.destroy()
    throw error
  }
  return { sizeBytes, content: response as AsyncIterable<Uint8Array> }
}
