import type { SessionView } from '@/lib/domain/session'

export type ConfirmedVerb = 'stop' | 'delete'

/** Taking back a launch loses nothing, and asking would only be in the way. */
export function needsConfirmation(verb: ConfirmedVerb, { state, startedAt }: Pick<SessionView, 'state' | 'startedAt'>): boolean {
  if (state !== 'queued' && state !== 'starting') return true
  return verb === 'delete' && startedAt !== null
}
