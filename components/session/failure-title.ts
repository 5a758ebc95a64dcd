// Whether a session failed on its way up, or after somebody could already work in it.
import type { SessionDetail } from '@/lib/domain/session'
import { launchSteps } from './launch-steps'

type Failed = Pick<SessionDetail, 'imageName' | 'state' | 'timeline' | 'pull' | 'queuePosition'>

export function failureTitle(session: Failed): string {
  const hadAnswered = launchSteps(session).steps.some(({ id, state }) => id === 'answer' && state === 'done')
  return hadAnswered ? `${session.imageName} has ended` : `${session.imageName} could not start`
}
