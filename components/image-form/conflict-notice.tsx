'use client'
import { useQuery } from '@tanstack/react-query'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { RelativeTime } from '@/components/ui/relative-time'
import { imageQueries } from '@/lib/client/image-queries'
import type { WorkspaceImageFields } from '@/lib/domain/workspace-image'
import type { ImageDetail } from '@/lib/domain/workspace-image-view'
import { fieldLabels } from './field-words'
import { changedFields } from './image-changes'
import type { ImageField } from './image-form-values'

type ConflictNoticeProps = {
  imageId: string
  /** What this form was opened with, and what was changed in it. */
  opened: WorkspaceImageFields
  mine: readonly ImageField[]
  message: string
  onReload: (theirs: ImageDetail) => void
  onKeep: (theirs: ImageDetail) => void
}

/** Someone else saved meanwhile: says when and what, and offers both ways on. */
export function ConflictNotice({ imageId, opened, mine, message, onReload, onKeep }: ConflictNoticeProps) {
  const theirs = useQuery({ ...imageQueries.detail(imageId), staleTime: 0 })
  const changed = theirs.data ? changedFields(theirs.data, opened) : []
  const both = changed.filter((field) => mine.includes(field))
  return (
    <Notice
      tone="warn"
      live
      title={message}
      action={
        <>
          <Button size="sm" disabled={!theirs.data} onClick={() => theirs.data && onReload(theirs.data)}>
            Take theirs and drop my changes
          </Button>
          <Button size="sm" disabled={!theirs.data} onClick={() => theirs.data && onKeep(theirs.data)}>
            Keep my changes on top
          </Button>
        </>
      }
    >
      {theirs.data ? (
        <p>
          Saved <RelativeTime time={theirs.data.updatedAt} />
          {changed.length > 0 && `, changed: ${changed.map((field) => fieldLabels[field]).join(', ')}`}.{' '}
          {both.length > 0 && `You both changed: ${both.map((field) => fieldLabels[field]).join(', ')}. Yours would win.`}
        </p>
      ) : (
        <p>{theirs.isError ? 'What was saved could not be read.' : 'Looking what was saved…'}</p>
      )}
    </Notice>
  )
}
