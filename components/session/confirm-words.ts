// What stopping and deleting destroy, what they keep, and what comes back: said before it happens.
import type { SessionView } from '@/lib/domain/session'
import { gpuWords } from './gpu-words'
import type { ConfirmedVerb } from './needs-confirmation'

export type ConfirmWords = { title: string; destroyed: string[]; kept: string; confirmLabel: string; pendingLabel: string }

type Doomed = Pick<SessionView, 'imageName' | 'state' | 'gpus' | 'gpusWanted' | 'hasHome'>

export function confirmWords(verb: ConfirmedVerb, session: Doomed): ConfirmWords {
  return verb === 'stop' ? stopWords(session) : deleteWords(session)
}

function stopWords(session: Doomed): ConfirmWords {
  const gpus = gpuWords(session.gpusWanted, session.gpus)
  return {
    title: `Stop “${session.imageName}”?`,
    destroyed: [
      'Every program that runs in it ends, unsaved work included.',
      filesLost(session),
      ...(gpus ? [`Its place is given to others: ${gpus}.`] : ['Its place is given to others.']),
    ],
    kept: `${session.hasHome ? 'The home and the volumes are kept. ' : ''}When you resume it, the session is made anew, possibly on another agent${gpus ? ' with other GPUs' : ''}.`,
    confirmLabel: 'Stop session',
    pendingLabel: 'Stopping…',
  }
}

function deleteWords(session: Doomed): ConfirmWords {
  const hasContainer = !['queued', 'stopped', 'failed', 'lost'].includes(session.state)
  return {
    title: `Delete “${session.imageName}”?`,
    destroyed: [
      ...(hasContainer ? ['Every program that runs in it ends, unsaved work included.', filesLost(session)] : []),
      'The session leaves your list and cannot be resumed.',
    ],
    kept: session.hasHome
      ? 'The home and the volumes are kept: the next launch of this workspace finds them again.'
      : 'Nothing of it is kept but what lies in volumes.',
    confirmLabel: 'Delete session',
    pendingLabel: 'Deleting…',
  }
}

function filesLost({ hasHome }: Doomed): string {
  return hasHome
    ? 'Its container is removed, with all files outside the home and the volumes.'
    : 'It has no home: its container is removed with every file that does not lie in a volume.'
}
