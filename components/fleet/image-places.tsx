'use client'
import { useQuery } from '@tanstack/react-query'
import { AppLink } from '@/components/ui/app-link'
import { Card } from '@/components/ui/card'
import { RelativeTime } from '@/components/ui/relative-time'
import { formatBytes, formatCount } from '@/lib/client/format'
import { imageQueries } from '@/lib/client/image-queries'
import type { ImageDetail } from '@/lib/domain/workspace-image-view'
import { PullLine } from './pull-line'
import { shortDigest } from './short-digest'

const WHILE_PULLING_MS = 2_000
const OTHERWISE_MS = 15_000

/** Which agents hold the image, in which build and since when, and how it comes to the others. */
export function ImagePlaces({ image }: { image: ImageDetail }) {
  const read = useQuery({
    ...imageQueries.detail(image.id),
    initialData: image,
    refetchInterval: ({ state }) => (state.data?.pulls.some((pull) => pull.state !== 'failed') ? WHILE_PULLING_MS : OTHERWISE_MS),
  })
  const { agents, pulls, localOnly, enabled } = read.data
  return (
    <Card title="On agents" description={describe(read.data)} flush className="mb-5">
      {agents.length + pulls.length === 0 && (
        <p className="px-4 pb-4 text-muted">
          {enabled
            ? 'On none yet. It is fetched in the background, within a minute.'
            : 'On none. It is fetched once it is enabled.'}
        </p>
      )}
      <ul>
        {agents.map((agent) => (
          <li key={agent.id} className="flex flex-wrap items-center gap-x-3 border-line border-t px-4 py-1.5">
            <AppLink href={`/admin/agents/${agent.id}`}>{agent.name}</AppLink>
            <span
              className="min-w-0 flex-1 truncate font-mono text-muted text-xs"
              title={agent.digest ?? `Image ID ${agent.imageId}: no registry gave it a digest`}
            >
              {shortDigest(agent.digest ?? agent.imageId)}
              {agent.digest === null && ' (image ID)'}
            </span>
            <span className="text-muted text-xs tabular-nums">
              {formatBytes(agent.sizeBytes)} · since <RelativeTime time={agent.seenAt} />
            </span>
          </li>
        ))}
        {pulls.map((pull) => (
          <PullLine
            key={pull.agentId}
            label={`the image to ${pull.agentName}`}
            name={
              <>
                <AppLink href={`/admin/agents/${pull.agentId}`}>{pull.agentName}</AppLink>
                {isUpdate(read.data, pull.agentId) && (
                  <span className="text-muted text-xs"> another build; works with the one above</span>
                )}
              </>
            }
            pull={pull}
          />
        ))}
      </ul>
      {localOnly && (
        <p className="border-line border-t px-4 py-2 text-muted text-xs">
          Only on {agents.map((agent) => agent.name).join(', ')}: it was built or loaded there and no registry knows it, so it is
          not fetched to other agents. Push it to a registry and name it by that address to have it everywhere.
        </p>
      )}
    </Card>
  )
}

function isUpdate({ agents }: ImageDetail, agentId: string): boolean {
  return agents.some(({ id }) => id === agentId)
}

function describe(image: ImageDetail): string {
  const updates = image.pulls.filter(({ agentId }) => isUpdate(image, agentId)).length
  const pulls = image.pulls.filter(({ agentId }) => !isUpdate(image, agentId))
  const coming = pulls.filter((pull) => pull.state !== 'failed').length
  return [
    formatCount(image.agents.length, 'agent'),
    coming > 0 && `on its way to ${coming} more`,
    pulls.length > coming && `not on ${pulls.length - coming} that should have it`,
    updates > 0 && `another build wanted on ${updates}`,
  ]
    .filter(Boolean)
    .join(', ')
}
