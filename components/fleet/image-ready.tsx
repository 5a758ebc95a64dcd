'use client'
import { useQuery } from '@tanstack/react-query'
import { SessionStatePill } from '@/components/session/session-state-pill'
import { AppLink } from '@/components/ui/app-link'
import { Card } from '@/components/ui/card'
import { RelativeTime } from '@/components/ui/relative-time'
import { formatBytes, formatCount, formatCpu } from '@/lib/client/format'
import { imageQueries } from '@/lib/client/image-queries'
import { readyBlocks } from '@/lib/domain/ready-sessions'
import type { SessionState } from '@/lib/domain/session-lifecycle'
import type { ImageDetail } from '@/lib/domain/workspace-image-view'
import { restingSession } from './resting-session'

const EVERY_MS = 5_000

/** The desktops of it that run and are nobody's yet. Shown where any are asked for, or are still there. */
export function ImageReady({ image }: { image: ImageDetail }) {
  const read = useQuery({ ...imageQueries.detail(image.id), initialData: image, refetchInterval: EVERY_MS })
  const { ready, readySessions, enabled } = read.data
  if (readySessions + ready.length === 0) return null
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
            <SessionStatePill look="plain" session={restingSession(session.state as SessionState)} />
            <RelativeTime time={session.since} className="w-24 text-right text-muted text-xs" />
          </li>
        ))}
      </ul>
      {ready.some(hasFailed) && (
        <p className="border-line border-t px-4 py-2 text-muted text-xs">
          After one that failed the next is started later each time, at most a quarter of an hour; at once when the workspace is
          changed. The link leads to its log.
        </p>
      )}
    </Card>
  )
}

function hasFailed({ state }: { state: string }): boolean {
  return state === 'failed' || state === 'lost'
}

function describe(image: ImageDetail): string {
  const running = image.ready.filter(({ state }) => state === 'running').length
  const starting = image.ready.filter(({ state }) => state === 'starting').length
  const blocks = readyBlocks({ ...image, readySessions: running + starting })
  const held = [formatCpu(blocks.cpuMillis), formatBytes(blocks.memoryBytes), blocks.gpus > 0 && formatCount(blocks.gpus, 'GPU')]
  return [
    `${running} of ${image.readySessions}`,
    starting > 0 && `${starting} starting`,
    running + starting > 0 && `holding ${held.filter(Boolean).join(', ')}`,
  ]
    .filter(Boolean)
    .join(', ')
}
