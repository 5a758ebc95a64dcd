import { Button } from '@/components/ui/button'
import type { SessionDetail } from '@/lib/domain/session'
import { cancelVerb } from './cancel-verb'
import { LaunchTimeline } from './launch-timeline'
import { ResourceChips } from './resource-chips'
import { StagePanel } from './stage-panel'
import type { SessionVerbs } from './use-session-verbs'

type LaunchPanelProps = { session: SessionDetail; verbs: SessionVerbs; skewMs: number }

/** From the click to the first picture. */
export function LaunchPanel({ session, verbs, skewMs }: LaunchPanelProps) {
  const cancel = session.verbs.includes('stop') && session.state !== 'running' ? cancelVerb(session) : null
  return (
    <StagePanel
      title={session.state === 'queued' ? `${session.imageName} waits for a place` : `Starting ${session.imageName}`}
      actions={
        cancel && (
          <Button pending={verbs.pending !== null} pendingLabel="Cancelling…" onClick={() => verbs.press(cancel)}>
            Cancel
          </Button>
        )
      }
    >
      <ResourceChips
        cpuMillis={session.cpuMillis}
        memoryBytes={session.memoryBytes}
        gpusWanted={session.gpusWanted}
        gpus={session.gpus}
      />
      <LaunchTimeline session={session} skewMs={skewMs} />
      {session.state === 'queued' && (
        <p className="text-muted text-xs">It starts by itself when there is a place. You can close this tab meanwhile.</p>
      )}
    </StagePanel>
  )
}
