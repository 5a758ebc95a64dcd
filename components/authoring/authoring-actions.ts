// The server actions that the parts of an authoring session are given by its page.
import type { ActionResult } from '@/lib/domain/failure'
import type { SavedImage } from '@/lib/domain/image-save'
import type { SessionDetail } from '@/lib/domain/session'

type OnSession<R> = (input: { sessionId: string }) => Promise<ActionResult<R>>

export type AuthoringActions = {
  rootTerminal: OnSession<{ id: string }>
  prepareSave: OnSession<SessionDetail>
  commitSave: (input: { sessionId: string } & SavedImage) => Promise<ActionResult<SessionDetail>>
  cancelSave: OnSession<SessionDetail>
}
