import { Skeleton, SkeletonGroup } from '@/components/ui/skeleton'

export default function Loading() {
  return (
    <SkeletonGroup label="Opening the session" className="fixed inset-0 z-30 flex flex-col bg-canvas">
      <div className="flex h-11 items-center gap-3 border-line border-b bg-surface px-4">
        <Skeleton className="h-4 w-40" />
        <Skeleton className="h-5 w-20 rounded-full" />
      </div>
      <div className="flex flex-1 items-center justify-center p-4">
        <div className="flex w-full max-w-md flex-col gap-4 rounded-xl border border-line bg-surface p-6 shadow-pop">
          <Skeleton className="h-5 w-48" />
          <Skeleton className="h-4 w-full" />
          <Skeleton className="h-4 w-4/5" />
          <Skeleton className="h-4 w-3/5" />
        </div>
      </div>
    </SkeletonGroup>
  )
}
