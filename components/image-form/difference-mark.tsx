'use client'
import { Undo2 } from 'lucide-react'
import { Button } from '@/components/ui/button'
import type { Difference } from './image-differences'
import { useImageFormContext } from './image-form-context'

/** Below a field that differs: what the parent has there, and the way back to it. */
export function DifferenceMark({ difference }: { difference: Difference }) {
  const { parent, takeParents } = useImageFormContext()
  if (!parent) return null
  return (
    <div className="mt-1.5 flex flex-wrap items-center justify-between gap-x-3 gap-y-1 rounded-md border-accent border-l-2 bg-accent-soft py-1 pr-1 pl-2.5 text-xs">
      <span className="min-w-0 [overflow-wrap:anywhere]">
        <span className="font-medium text-accent-ink">Differs from {parent.name}</span>
        <span className="text-muted"> – there: {difference.parent}</span>
      </span>
      <Button size="sm" variant="ghost" onClick={() => takeParents(difference.field)}>
        <Undo2 aria-hidden="true" />
        Take the parent’s value
        <span className="sr-only">for {difference.label}</span>
      </Button>
    </div>
  )
}
