// What a session page shows when there is no desktop to show and nothing went wrong on the way: each state with what to do.
import { CirclePause, CircleStop, EyeOff, Trash2, TriangleAlert, Unplug } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { LinkButton } from '@/components/ui/link-button'
import { RelativeTime } from '@/components/ui/relative-time'
import type { SessionDetail } from '@/lib/domain/session'
import { sessionOf } from '@/lib/domain/session-owner'
import { gpuWords } from './gpu-words'
import type { SessionStage } from './session-stage'
import { StagePanel } from './stage-panel'
import type { SessionVerbs } from './use-session-verbs'
import { WaitsFor } from './waits-for'

export type RestingStage = Extract<
  SessionStage,
  'paused' | 'stopping' | 'stopped' | 'lost' | 'deleting' | 'deleted' | 'unreachable' | 'foreign'
>

type RestingPanelProps = { stage: RestingStage; session: SessionDetail; verbs: SessionVerbs }
type Content = { icon: ReactNode; title: string; text: ReactNode; role?: 'alert' | 'status' }

export function RestingPanel({ stage, session, verbs }: RestingPanelProps) {
  const { icon, title, text, role = 'status' } = contents[stage](session)
  const can = (verb: SessionDetail['verbs'][number]) => session.verbs.includes(verb)
  return (
    <StagePanel
      icon={icon}
      title={title}
      role={role}
      actions={
        <>
          {can('resume') && (
            <Button
              variant="primary"
              pending={verbs.pending === 'resume'}
              pendingLabel="Resuming…"
              onClick={() => verbs.press('resume')}
            >
              Resume
            </Button>
          )}
          {can('retry') && (
            <Button
              variant="primary"
              pending={verbs.pending === 'retry'}
              pendingLabel="Starting…"
              onClick={() => verbs.press('retry')}
            >
              Start again
            </Button>
          )}
          {stage !== 'deleted' && can('delete') && <Button onClick={() => verbs.press('delete')}>Delete</Button>}
          <LinkButton href="/" variant={stage === 'deleted' ? 'primary' : 'ghost'}>
            Back to workspaces
          </LinkButton>
        </>
      }
    >
      <div className="text-muted">{text}</div>
    </StagePanel>
  )
}

const contents: Record<RestingStage, (session: SessionDetail) => Content> = {
  paused: (session) => {
    const gpus = gpuWords(session.gpusWanted, session.gpus)
    return {
      icon: <CirclePause aria-hidden="true" className="text-warn" />,
      title: `${session.imageName} is paused`,
      text: `Everything in it is kept as it was and goes on when you resume it. It still holds its memory${gpus ? ` and ${gpus}` : ''}: stop it to give them to others.`,
    }
  },
  stopping: (session) => ({
    icon: <CircleStop aria-hidden="true" className="text-muted" />,
    title: `${session.wanted === 'running' ? 'Restarting' : 'Stopping'} ${session.imageName}`,
    text: (
      <>
        Programs in it are being ended. The home and the volumes are kept.
        {session.wanted === 'running' ? ' It starts again as soon as they have.' : ''}
        <WaitsFor session={session} />
      </>
    ),
  }),
  stopped: (session) => ({
    icon: <CircleStop aria-hidden="true" className="text-muted" />,
    title: `${session.imageName} is stopped`,
    text: 'Its home and volumes are kept. Resuming makes it anew, possibly on another agent and with other GPUs.',
  }),
  lost: (session) => ({
    icon: <TriangleAlert aria-hidden="true" className="text-danger" />,
    title: `The container of ${session.imageName} is gone`,
    text: 'It was removed outside Berth, or its agent lost it. Its home and volumes are kept: start it again to have a new container on them.',
    role: 'alert',
  }),
  deleting: (session) => ({
    icon: <Trash2 aria-hidden="true" className="text-muted" />,
    title: `Deleting ${session.imageName}`,
    text: (
      <>
        Its container is being removed. The home and the volumes are kept.
        <WaitsFor session={session} />
      </>
    ),
  }),
  deleted: (session) => ({
    icon: <Trash2 aria-hidden="true" className="text-muted" />,
    title: `${session.imageName} is deleted`,
    text: 'Its home and volumes are kept: the next launch of this workspace finds them again.',
  }),
  unreachable: (session) => ({
    icon: <Unplug aria-hidden="true" className="text-warn" />,
    title: 'The agent of this session does not answer',
    text: (
      <>
        {session.agentUnreachableSince && Date.parse(session.agentUnreachableSince) > 0 && (
          <>
            It was last heard of <RelativeTime time={session.agentUnreachableSince} />.{' '}
          </>
        )}
        What runs in the session may well go on running. This page comes back by itself when the agent does; if it stays away,
        tell an administrator.
      </>
    ),
    role: 'alert',
  }),
  foreign: (session) => ({
    icon: <EyeOff aria-hidden="true" className="text-muted" />,
    title: `${sessionOf(session.imageName, session.owner)} is running`,
    text: session.owner
      ? 'Administrators can stop and delete the sessions of others, but not look into them.'
      : 'It is kept ready for whoever launches this workspace next, and nobody looks into it before.',
  }),
}
