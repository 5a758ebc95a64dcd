import { drainTitle, endOf } from '@/components/session/drain-words'
import { imageUpdateWords } from '@/components/session/image-update-words'
import { ResourceChips } from '@/components/session/resource-chips'
import { SessionStatePill } from '@/components/session/session-state-pill'
import { timeLeft } from '@/components/session/time-left'
import { Badge } from '@/components/ui/badge'
import { Hourglass } from '@/components/ui/work-icons'
import { WorkspaceIcon } from '@/components/workspace-icon/workspace-icon'
import { formatRelative } from '@/lib/client/format'
import type { SessionView } from '@/lib/domain/session'

const MINUTE_MS = 60_000

/** A session on the launcher as the server draws it: everything but its buttons. Times are in minutes, as often as it is drawn. */
export function SessionBody({ session, now }: { session: SessionView; now: string }) {
  const nowMs = Date.parse(now)
  return (
    <>
      <div className="flex items-start gap-3">
        <WorkspaceIcon icon={session.icon} />
        <div className="min-w-0 flex-1">
          <h3 className="truncate font-medium" title={session.imageName}>
            {session.imageName}
          </h3>
          <p className="text-muted text-xs">{ageWords(session, nowMs)}</p>
        </div>
        <SessionStatePill session={session} />
      </div>
      <div className="flex flex-wrap gap-1.5">
        <ResourceChips
          cpuMillis={session.cpuMillis}
          memoryBytes={session.memoryBytes}
          gpusWanted={session.gpusWanted}
          gpus={session.gpus}
        />
        {session.authoring && <Badge tone="warn">Authoring</Badge>}
        <TimeLeft endsAt={endOf(session)} nowMs={nowMs} />
        <Update update={session.imageUpdate} />
      </div>
      {session.drain && (
        <p className="text-warn text-xs [overflow-wrap:anywhere]">
          Its agent leaves service: <bdi>{drainTitle(session.drain)}</bdi>
        </p>
      )}
      {session.state === 'queued' && session.queuePosition !== null && (
        <p className="text-muted text-xs">Position {session.queuePosition} in the queue</p>
      )}
    </>
  )
}

function Update({ update }: { update: SessionView['imageUpdate'] }) {
  if (update === null) return null
  const { badge, title, text } = imageUpdateWords[update]
  const isReady = update === 'newer' || update === 'other'
  return (
    <Badge tone={isReady ? 'accent' : 'neutral'}>
      <span title={`${title}. ${text}`}>{isReady ? `${badge}: stop and start to use it` : badge}</span>
    </Badge>
  )
}

function ageWords({ startedAt, createdAt }: SessionView, nowMs: number): string {
  const sinceMs = Date.parse(startedAt ?? createdAt)
  const verb = startedAt ? 'Started' : 'Launched'
  return nowMs - sinceMs < MINUTE_MS ? `${verb} just now` : `${verb} ${formatRelative(sinceMs, nowMs)}`
}

function TimeLeft({ endsAt, nowMs }: { endsAt: string | null; nowMs: number }) {
  const left = timeLeft(endsAt, nowMs)
  if (!left || endsAt === null) return null
  const lastMinute = !left.over && Date.parse(endsAt) - nowMs < MINUTE_MS
  return (
    <Badge tone={left.near ? 'warn' : 'neutral'} icon={<Hourglass aria-hidden="true" />}>
      {lastMinute ? 'Under a minute left' : left.text}
    </Badge>
  )
}
