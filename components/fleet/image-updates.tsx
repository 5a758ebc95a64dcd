'use client'
import { useQuery } from '@tanstack/react-query'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { RelativeTime } from '@/components/ui/relative-time'
import { toast } from '@/components/ui/toast'
import { imageQueries } from '@/lib/client/image-queries'
import { useAction } from '@/lib/client/use-action'
import type { ActionResult } from '@/lib/domain/failure'
import type { ImageCheck, ImageUpdates as Updates } from '@/lib/domain/image-updates-view'
import type { ImageDetail } from '@/lib/domain/workspace-image-view'
import { ImageBuilds } from './image-builds'
import { shortDigest } from './short-digest'

type ImageUpdatesProps = {
  image: ImageDetail
  check: (input: { imageId: string }) => Promise<ActionResult<ImageCheck>>
  pin: (input: { imageId: string; digest: string | null; version: number }) => Promise<ActionResult<ImageDetail>>
}

/** What the tag names, which builds there were, who runs which, and the way back. */
export function ImageUpdates({ image, check, pin }: ImageUpdatesProps) {
  const { data } = useQuery({ ...imageQueries.detail(image.id), initialData: image })
  const { updates } = data
  const invalidates = [imageQueries.all]
  const asking = useAction(check, { invalidates, onSuccess: tellCheck, onFailure: tellFailure })
  const pinning = useAction(pin, { invalidates, onFailure: tellFailure })

  async function choose(digest: string | null) {
    const done = await pinning.run({ imageId: image.id, digest, version: data.version })
    if (done.ok) toast.ok(digest ? `New sessions run ${shortDigest(digest)}` : 'New sessions follow the tag again')
  }

  return (
    <Card
      title="Builds"
      description={<Described updates={updates} />}
      flush
      className="mb-5"
      action={
        updates.follows !== 'digest' &&
        data.agents.some(({ digest }) => digest !== null) && (
          <Button
            size="sm"
            pending={asking.pending}
            pendingLabel="Asking…"
            onClick={() => void asking.run({ imageId: image.id })}
          >
            Check now
          </Button>
        )
      }
    >
      <div className="flex flex-col gap-2 px-4 pb-3 empty:hidden">
        <Notices updates={updates} onFollow={() => void choose(null)} pending={pinning.pending} />
      </div>
      <ImageBuilds updates={updates} onPin={(digest) => void choose(digest)} pending={pinning.pending} />
    </Card>
  )
}

function Described({ updates }: { updates: Updates }) {
  const { follows, current, currentSince, checkedAt, nextCheckAt } = updates
  if (follows === 'digest') return 'The reference names one build for ever, so there is nothing to ask a registry for.'
  if (follows === 'nothing') return 'No agent has it from a registry yet, so none is asked for updates.'
  if (current === null || currentSince === null) return 'The registry has not been heard yet.'
  return (
    <>
      The tag names {shortDigest(current)} since <RelativeTime time={currentSince} />
      {checkedAt && (
        <>
          , as heard <RelativeTime time={checkedAt} />
        </>
      )}
      .{' '}
      {nextCheckAt ? (
        <>
          Asked again <RelativeTime time={nextCheckAt} />.
        </>
      ) : (
        'It is asked again when you say so.'
      )}
    </>
  )
}

type NoticesProps = { updates: Updates; onFollow: () => void; pending: boolean }

function Notices({ updates, onFollow, pending }: NoticesProps) {
  const { pinnedDigest, missingSince, problem, hint, current } = updates
  const words = [problem?.replace(/\.?$/, '.'), hint].filter(Boolean).join(' ')
  return (
    <>
      {pinnedDigest && (
        <Notice
          tone="info"
          title={`Pinned to ${shortDigest(pinnedDigest)}`}
          action={
            <Button size="sm" pending={pending} onClick={onFollow}>
              Follow the tag
            </Button>
          }
        >
          New sessions run this build on every agent, whatever the tag names
          {current && current !== pinnedDigest ? ` (now ${shortDigest(current)})` : ''}.
        </Notice>
      )}
      {problem && missingSince && (
        <Notice tone="warn" title="The registry has no such tag any more">
          Since <RelativeTime time={missingSince} />. What the agents have keeps working, and new agents get that build as long as
          the registry still has it. {words}
        </Notice>
      )}
      {problem && !missingSince && (
        <Notice tone="warn" title="Whether there is a newer build is not known">
          {words} Nothing changes until the registry answers.
        </Notice>
      )}
    </>
  )
}

function tellCheck({ outcome, digest, problem, hint }: ImageCheck) {
  if (outcome === 'moved') toast.ok(`The tag names a new build, ${shortDigest(digest ?? '')}. It is fetched in the background.`)
  else if (outcome === 'same') toast.ok('Nothing new: the tag names the same build')
  else
    toast.failure({
      message: outcome === 'missing' ? 'The registry has no such tag.' : (problem ?? ''),
      ...(hint ? { hint } : {}),
    })
}

function tellFailure(failure: { message: string; hint?: string }) {
  toast.failure(failure)
}
