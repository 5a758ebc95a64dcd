'use client'
import { useQuery } from '@tanstack/react-query'
import { SessionStatePill } from '@/components/session/session-state-pill'
import { AppLink } from '@/components/ui/app-link'
import { Card } from '@/components/ui/card'
import { RelativeTime } from '@/components/ui/relative-time'
import { formatBytes, formatCount, formatCpu } from '@/lib/client/format'
import { imageQueries } from '@/lib/client/image-queries'
import { readyBlocks, readyCounts, readyTotal } from '@/lib/domain/ready-sessions'
import type { SessionState } from '@/lib/domain/session-lifecycle'
import type { ImageDetail } from '@/lib/domain/workspace-image-view'
import { restingSession } from './resting-session'

const EVERY_MS = 5_000

/** The desktops of it that run and are nobody's yet. Shown where any are asked for, or are still there. */
export function ImageReady({ image }: { image: ImageDetail }) {
  const read = useQuery({ ...imageQueries.detail(image.id), initialData: image, refetchInterval: EVERY_MS })
  const { ready, enabled } = read.data
  if (readyTotal(read.data) + ready.length === 0) return null
  return (
    <Card title="Ready, nobody’s" description={describe(read.data)} flush className="mb-5">
      {ready.length === 0 && (
        <p className="px-4 pb-4 text-muted">
          {enabled
            ? 'None yet. They start one by one, on agents that have the image and room, while nobody waits in the queue.'
            : 'None: the workspace is switched off.'}
        </p>
      )}
      <ul>
        {ready.map((session) => (
          <li key={session.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 border-line border-t px-4 py-1.5">
            <AppLink href={`/sessions/${session.id}`} className="min-w-40 flex-1 hover:underline">
              {session.agent ? `On ${session.agent.name}` : 'On no agent'}
            </AppLink>
            {session.group !== null && <span className="text-muted text-xs">for {session.group}</span>}
            <SessionStatePill look="plain" session={restingSession(session.state as SessionState)} />
            <RelativeTime time={session.since} className="w-24 text-right text-muted text-xs" />
          </li>
        ))}
      </ul>
      <GroupCounts image={read.data} />
      {ready.some(hasFailed) && (
        <p className="border-line border-t px-4 py-2 text-muted text-xs">
          After one that failed the next is started later each time, at most a quarter of an hour; at once when the workspace is
          changed. The link leads to its log.
        </p>
      )}
    </Card>
  )
}

/** Where some are kept for certain agent groups: how many of them there are in each. */
function GroupCounts({ image }: { image: ImageDetail }) {
  const counts = readyCounts(image)
  if (counts.every(({ group }) => group === null)) return null
  const running = (wanted: string | null) =>
    image.ready.filter(({ group, state }) => group === wanted && state === 'running').length
  return (
    <dl className="flex flex-wrap gap-x-6 gap-y-1 border-line border-t px-4 py-2 text-xs" aria-label="Ready by agent group">
      {counts.map(({ group, count }) => (
        <div key={group ?? ''} className="flex gap-2">
          <dt className="text-muted">{group ?? (image.agentGroup === null ? 'anywhere' : `anywhere in ${image.agentGroup}`)}</dt>
          <dd className="tabular-nums">
            {running(group)} of {count}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function hasFailed({ state }: { state: string }): boolean {
  return state === 'failed' || state === 'lost'
}

function describe(image: ImageDetail): string {
  const running = image.ready.filter(({ state }) => state === 'running').length
  const starting = image.ready.filter(({ state }) => state === 'starting').length
  const blocks = readyBlocks(running + starting, image)
  const held = [formatCpu(blocks.cpuMillis), formatBytes(blocks.memoryBytes), blocks.gpus > 0 && formatCount(blocks.gpus, 'GPU')]
  return [
    `${running} of ${readyTotal(image)}`,
    starting > 0 && `${starting} starting`,
    running + starting > 0 && `holding ${held.filter(Boolean).join(', ')}`,
  ]
    .filter(Boolean)
    .join(', ')
}
