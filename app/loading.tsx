import { Skeleton, SkeletonGroup } from '@/components/ui/skeleton'

export default function Loading() {
  return (
    <SkeletonGroup label="Loading the page" className="mx-auto w-full max-w-[88rem] px-4 py-6 sm:px-6">
      <Skeleton className="h-7 w-56" />
      <Skeleton className="mt-3 h-4 w-80 max-w-full" />
      <div className="mt-8 grid grid-cols-[repeat(auto-fill,minmax(16rem,1fr))] gap-4">
        <Skeleton className="h-28 rounded-lg" />
        <Skeleton className="h-28 rounded-lg" />
        <Skeleton className="h-28 rounded-lg" />
      </div>
    </SkeletonGroup>
  )
}
