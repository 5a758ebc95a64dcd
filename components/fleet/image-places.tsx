'use client'
import { useQuery } from '@tanstack/react-query'
import { AppLink } from '@/components/ui/app-link'
import { Badge } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { RelativeTime } from '@/components/ui/relative-time'
import { formatBytes, formatCount } from '@/lib/client/format'
import { imageQueries } from '@/lib/client/image-queries'
import type { ImageDetail, ImagePlace } from '@/lib/domain/workspace-image-view'
import { ImagePush, type PushActions } from './image-push'
import { PullLine } from './pull-line'
import { shortDigest } from './short-digest'

const WHILE_PULLING_MS = 2_000
const OTHERWISE_MS = 15_000

/** Which agents hold the image, in which build and since when, and how it comes to the others. */
type ImagePlacesProps = { image: ImageDetail; pushActions: PushActions }

export function ImagePlaces({ image, pushActions }: ImagePlacesProps) {
  const read = useQuery({
    ...imageQueries.detail(image.id),
    initialData: image,
    refetchInterval: ({ state }) => (state.data && isMoving(state.data) ? WHILE_PULLING_MS : OTHERWISE_MS),
  })
  const { agents, pulls, localOnly, enabled, prefetch } = read.data
  return (
    <Card title="On agents" description={describe(read.data)} flush className="mb-5">
      {agents.length + pulls.length === 0 && (
        <p className="px-4 pb-4 text-muted">
          {enabled
            ? prefetch
              ? 'On none yet. It is fetched in the background, within a minute.'
              : 'On none yet. It comes to an agent with the first launch there.'
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
            {isOther(agent, read.data) && <Badge tone="warn">Another build</Badge>}
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
      {localOnly && <LocalOnly image={read.data} />}
      <ImagePush image={read.data} actions={pushActions} />
    </Card>
  )
}

function isMoving({ pulls, push }: ImageDetail): boolean {
  return push?.state === 'waiting' || push?.state === 'pushing' || pulls.some((pull) => pull.state !== 'failed')
}

/** Two agents can hold different images under one name, where no registry says which is meant. */
function isOther({ imageId }: ImagePlace, { localOnly, leadingImageId }: ImageDetail): boolean {
  return localOnly && imageId !== leadingImageId
}

function LocalOnly({ image }: { image: ImageDetail }) {
  const own = image.agents.filter((agent) => agent.brought !== 'copied')
  const sources = own.filter((agent) => !isOther(agent, image))
  const others = own.filter((agent) => isOther(agent, image))
  const names = (places: ImagePlace[]) => places.map((agent) => agent.name).join(', ')
  return (
    <div className="flex flex-col gap-1 border-line border-t px-4 py-2 text-muted text-xs">
      <p>
        No registry knows it: it was built or loaded {sources.length > 0 ? `on ${names(sources)}` : 'on an agent that is gone'},
        and no registry is asked for it. It is copied from agent to agent, and the copies follow when it is built anew.
      </p>
      {others.length > 0 && (
        <p>
          <strong className="font-medium text-ink">{names(others)}</strong>{' '}
          {others.length === 1 ? 'has another build' : 'have other builds'} that somebody put there, and{' '}
          {others.length === 1 ? 'keeps it' : 'keep them'}: only the newest is copied. Remove the tag there to have the newest
          come.
        </p>
      )}
    </div>
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
