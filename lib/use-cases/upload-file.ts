// A file into a session, as a stream: it has its name there once all of it is there.
import { addEvent } from '@/lib/db/place-queue'
import { readSettings } from '@/lib/db/settings'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { NewFileName } from '@/lib/domain/session-files'
import { callController, readAnswer } from './call-controller'
import type { Deps } from './deps'
import { sessionForFiles } from './session-for-files'

type Upload = {
  sessionId: string
  name: string
  replace: boolean
  sizeBytes: number | null
  content: AsyncIterable<Uint8Array>
}

export async function uploadFile(
  deps: Deps,
  actor: Actor,
  { sessionId, name, replace, sizeBytes, content }: Upload,
  signal: AbortSignal,
): Promise<{ name: string; sizeBytes: number }> {
  const { agentId, mayUpload } = await sessionForFiles(deps, actor, sessionId)
  if (!mayUpload) throw new DomainError('files_not_allowed', { message: 'This workspace lets no files in.' })
  const checked = NewFileName.safeParse(name)
  if (!checked.success)
    throw new DomainError('invalid_input', { fields: { name: checked.error.issues[0]?.message ?? 'Choose another name.' } })
  if (sizeBytes === null) throw new DomainError('length_required')
  const { maxTransferBytes } = await readSettings(deps.db)
  if (sizeBytes > maxTransferBytes)
    throw new DomainError('too_large', {
      message: 'The file is larger than may be uploaded.',
      hint: `At most ${maxTransferBytes} bytes. An administrator can change that in the settings.`,
    })
  const request = { kind: 'write' as const, sessionId, userId: actor.id, by: actor.by, name, sizeBytes, replace }
  await readAnswer(await callController(deps, agentId, request, { upload: { sizeBytes, content }, signal }))
  await addEvent(deps.db, sessionId, deps.clock.now(), 'file_in', { name, bytes: sizeBytes })
  return { name, sizeBytes }
}
