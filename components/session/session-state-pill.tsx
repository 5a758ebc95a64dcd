import { StatePill } from '@/components/ui/state-pill'
import type { SessionView } from '@/lib/domain/session'
import { sessionLook } from './session-look'

type SessionStatePillProps = {
  session: Pick<SessionView, 'state' | 'wanted' | 'agentUnreachableSince'>
  look?: 'pill' | 'plain'
  className?: string
}

/** What a session is doing, with an unreachable agent shown over it. */
export function SessionStatePill({ session, look = 'pill', className }: SessionStatePillProps) {
  return <StatePill {...sessionLook(session)} look={look} {...(className ? { className } : {})} />
}
