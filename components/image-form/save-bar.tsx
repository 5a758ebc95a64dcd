'use client'
import { FlaskConical, Save } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Tooltip } from '@/components/ui/tooltip'

type SaveBarProps = {
  /** Why the last save did not work: here, because the bar is always in sight. */
  refusal: ReactNode
  /** What the form says about itself: problems, differences, "no changes". */
  status: ReactNode
  saving: 'save' | 'test' | null
  /** Why a test launch is not possible now. */
  noTest: string | null
  onSave: (then: 'save' | 'test') => void
  onCancel: () => void
}

/** Always in reach at the foot of the page. */
export function SaveBar({ refusal, status, saving, noTest, onSave, onCancel }: SaveBarProps) {
  const test = (
    <Button
      pending={saving === 'test'}
      pendingLabel="Saving and launching…"
      disabled={saving === 'save'}
      aria-disabled={noTest ? true : undefined}
      onClick={() => noTest === null && onSave('test')}
    >
      <FlaskConical aria-hidden="true" />
      <span className="max-sm:hidden">Save and test launch</span>
      <span className="sm:hidden">Test launch</span>
    </Button>
  )
  return (
    <div
      data-save-bar=""
      className="sticky bottom-0 z-10 -mx-4 mt-6 -mb-6 border-line border-t bg-surface/95 px-4 py-3 backdrop-blur-sm sm:-mx-6 sm:px-6"
    >
      {refusal && <div className="mb-3 max-h-[40dvh] overflow-y-auto">{refusal}</div>}
      <div className="flex flex-wrap items-center justify-end gap-2">
        <div className="mr-auto min-w-0 basis-full text-xs sm:basis-auto">{status}</div>
        <Button variant="ghost" onClick={onCancel} disabled={saving !== null}>
          Cancel
        </Button>
        {noTest ? <Tooltip content={noTest}>{test}</Tooltip> : test}
        <Button
          variant="primary"
          pending={saving === 'save'}
          pendingLabel="Saving…"
          disabled={saving === 'test'}
          onClick={() => onSave('save')}
        >
          <Save aria-hidden="true" />
          Save
        </Button>
      </div>
    </div>
  )
}
