import { Button } from '@/components/ui/button'
import type { SessionDetail } from '@/lib/domain/session'
import { cancelVerb } from './cancel-verb'
import { LaunchTimeline } from './launch-timeline'
import { QueueDetails } from './queue-details'
import { ResourceChips } from './resource-chips'
import { StagePanel } from './stage-panel'
import type { SessionVerbs } from './use-session-verbs'

type LaunchPanelProps = { session: SessionDetail; verbs: SessionVerbs; skewMs: number }

/** From the click to the first picture. */
export function LaunchPanel({ session, verbs, skewMs }: LaunchPanelProps) {
  const cancel = session.verbs.includes('stop') && session.state !== 'running' ? cancelVerb(session) : null
  return (
    <StagePanel
      still
      title={session.state === 'queued' ? `${session.imageName} waits for a place` : `Starting ${session.imageName}`}
      actions={
        cancel && (
          <>
            {session.queue?.canStartWithoutGpu && (
              <Button
                variant="primary"
                pending={verbs.pending === 'startWithoutGpu'}
                pendingLabel="Starting…"
                onClick={() => verbs.press('startWithoutGpu')}
              >
                Start without a GPU
              </Button>
            )}
            <Button
              pending={verbs.pending !== null && verbs.pending !== 'startWithoutGpu'}
              pendingLabel="Cancelling…"
              onClick={() => verbs.press(cancel)}
            >
              Cancel
            </Button>
          </>
        )
      }
    >
      <ResourceChips
        cpuMillis={session.cpuMillis}
        memoryBytes={session.memoryBytes}
        gpusWanted={session.gpusWanted}
        gpus={session.gpus}
        gpuDemands={session.queue}
      />
      {session.queue && <QueueDetails queue={session.queue} position={session.queuePosition} />}
      <LaunchTimeline session={session} skewMs={skewMs} />
      {session.state === 'queued' && (
        <p className="text-muted text-xs">It starts by itself when there is a place. You can close this tab meanwhile.</p>
      )}
    </StagePanel>
  )
}
