import type { ReactNode } from 'react'
import { cn } from '@/lib/client/cn'

/** A place kept free for what is coming. Its container says so once to screen readers (`SkeletonGroup`). */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden="true" className={cn('animate-pulse-soft rounded bg-line/80', className ?? 'h-4 w-full')} />
}

type SkeletonGroupProps = { label?: string; className?: string; children: ReactNode }

export function SkeletonGroup({ label = 'Loading', className, children }: SkeletonGroupProps) {
  return (
    <div role="status" className={className}>
      <span className="sr-only">{label}</span>
      {children}
    </div>
  )
}

const lineWidths = ['w-11/12', 'w-full', 'w-4/5', 'w-3/5', 'w-10/12']

export function SkeletonLines({ lines = 3, className }: { lines?: number; className?: string }) {
  return (
    <SkeletonGroup className={cn('flex flex-col gap-2.5', className)}>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} className={cn('h-3.5', lineWidths[line % lineWidths.length])} />
      ))}
    </SkeletonGroup>
  )
}

/** Tiles of a chooser, in the grid that they will stand in. */
export function SkeletonTiles({ tiles = 6, className }: { tiles?: number; className?: string }) {
  return (
    <SkeletonGroup className={cn('grid grid-cols-[repeat(auto-fill,minmax(16rem,1fr))] gap-4', className)}>
      {Array.from({ length: tiles }, (_, tile) => (
        <div key={tile} className="rounded-lg border border-line bg-surface p-4">
          <div className="flex items-center gap-3">
            <Skeleton className="size-10 rounded-md" />
            <div className="flex-1 space-y-2">
              <Skeleton className="h-3.5 w-3/5" />
              <Skeleton className="h-3 w-2/5" />
            </div>
          </div>
          <Skeleton className="mt-4 h-3 w-full" />
          <Skeleton className="mt-2 h-3 w-4/5" />
        </div>
      ))}
    </SkeletonGroup>
  )
}
