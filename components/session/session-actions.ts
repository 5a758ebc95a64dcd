// The server actions that session components are given by the page that shows them.
import type { ActionResult } from '@/lib/domain/failure'
import type { SessionDetail } from '@/lib/domain/session'

type OnSession<R> = (input: { sessionId: string }) => Promise<ActionResult<R>>

export type SessionActions = {
  pause: OnSession<SessionDetail>
  resume: OnSession<SessionDetail>
  retry: OnSession<SessionDetail>
  restart: OnSession<SessionDetail>
  startWithoutGpu: OnSession<SessionDetail>
  stop: OnSession<SessionDetail>
  delete: OnSession<{ id: string }>
  extend: (input: { sessionId: string; minutes?: number }) => Promise<ActionResult<SessionDetail>>
}
