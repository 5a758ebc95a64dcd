import { CircleX } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { CodeBlock } from '@/components/ui/code-block'
import { LinkButton } from '@/components/ui/link-button'
import type { FailureView, SessionDetail } from '@/lib/domain/session'
import { failureTitle } from './failure-title'
import { LaunchTimeline } from './launch-timeline'
import { ReasonsList } from './reasons-list'
import { StagePanel } from './stage-panel'
import type { SessionVerbs } from './use-session-verbs'

type FailurePanelProps = { session: SessionDetail; verbs: SessionVerbs; skewMs: number }

export function FailurePanel({ session, verbs, skewMs }: FailurePanelProps) {
  const { failure } = session
  return (
    <StagePanel
      role="alert"
      wide
      icon={<CircleX aria-hidden="true" className="text-danger" />}
      title={failureTitle(session)}
      actions={
        <>
          {session.verbs.includes('retry') && (
            <Button
              variant="primary"
              pending={verbs.pending === 'retry'}
              pendingLabel="Trying…"
              onClick={() => verbs.press('retry')}
            >
              Try again
            </Button>
          )}
          {session.verbs.includes('delete') && (
            <Button pending={verbs.pending === 'delete'} pendingLabel="Deleting…" onClick={() => verbs.press('delete')}>
              Delete
            </Button>
          )}
          <LinkButton href="/" variant="ghost">
            Back to workspaces
          </LinkButton>
        </>
      }
    >
      <FailureReport failure={failure} reasons={session.reasons} />
      <details className="group">
        <summary className="w-fit rounded text-muted text-xs hover:text-ink">Launch steps</summary>
        <LaunchTimeline session={session} skewMs={skewMs} className="mt-3" />
      </details>
    </StagePanel>
  )
}

type FailureReportProps = { failure: FailureView | null; reasons: SessionDetail['reasons'] }

/** What went wrong, why, what to do, and the last words of the container: inert, because whoever wrote them may be hostile. */
export function FailureReport({ failure, reasons }: FailureReportProps) {
  if (!failure) return <p>It failed, and nothing more is known.</p>
  return (
    <div className="flex min-w-0 flex-col gap-3 [overflow-wrap:anywhere]">
      <p>{failure.message}</p>
      {failure.hint && <p className="text-muted">{failure.hint}</p>}
      <ReasonsList reasons={reasons} />
      {failure.exitCode !== null && (
        <p className="text-muted text-xs">
          Exit code <code className="text-ink">{failure.exitCode}</code>
        </p>
      )}
      {failure.logTail !== null && <CodeBlock label="Last 100 log lines" text={failure.logTail} />}
    </div>
  )
}
