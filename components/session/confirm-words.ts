// What stopping and deleting destroy, what they keep, and what comes back: said before it happens.
import type { SessionView } from '@/lib/domain/session'
import { gpuWords } from './gpu-words'
import type { ConfirmedVerb } from './needs-confirmation'

export type ConfirmWords = { title: string; destroyed: string[]; kept: string; confirmLabel: string; pendingLabel: string }

type Doomed = Pick<SessionView, 'imageName' | 'state' | 'gpus' | 'gpusWanted'>

export function confirmWords(verb: ConfirmedVerb, session: Doomed): ConfirmWords {
  return verb === 'stop' ? stopWords(session) : deleteWords(session)
}

function stopWords(session: Doomed): ConfirmWords {
  const gpus = gpuWords(session.gpusWanted, session.gpus)
  return {
    title: `Stop “${session.imageName}”?`,
    destroyed: [
      'Every program that runs in it ends, unsaved work included.',
      'Its container is removed, with all files outside the home and the volumes.',
      ...(gpus ? [`Its place is given to others: ${gpus}.`] : ['Its place is given to others.']),
    ],
    kept: `The home and the volumes are kept. When you resume it, the session is made anew, possibly on another agent${gpus ? ' with other GPUs' : ''}.`,
    confirmLabel: 'Stop session',
    pendingLabel: 'Stopping…',
  }
}

function deleteWords(session: Doomed): ConfirmWords {
  const hasContainer = !['queued', 'stopped', 'failed', 'lost'].includes(session.state)
  return {
    title: `Delete “${session.imageName}”?`,
    destroyed: [
      ...(hasContainer
        ? [
            'Every program that runs in it ends, unsaved work included.',
            'Its container is removed, with all files outside the home and the volumes.',
          ]
        : []),
      'The session leaves your list and cannot be resumed.',
    ],
    kept: 'The home and the volumes are kept: the next launch of this workspace finds them again.',
    confirmLabel: 'Delete session',
    pendingLabel: 'Deleting…',
  }
}
