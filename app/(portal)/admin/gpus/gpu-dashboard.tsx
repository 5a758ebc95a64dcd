'use client'
import { useQuery } from '@tanstack/react-query'
import { NoGpus, NoSuchGpus } from '@/components/gpu/gpu-empty'
import { GpuFilters } from '@/components/gpu/gpu-filters'
import { GpuQueueCard } from '@/components/gpu/gpu-queue-card'
import { GpuTileGroups } from '@/components/gpu/gpu-tile-groups'
import { ErrorState } from '@/components/ui/error-state'
import { Notice } from '@/components/ui/notice'
import { Pagination } from '@/components/ui/pagination'
import { RelativeTime } from '@/components/ui/relative-time'
import { SkeletonTiles } from '@/components/ui/skeleton'
import { cn } from '@/lib/client/cn'
import { gpuQueries } from '@/lib/client/gpu-queries'
import { readFailure } from '@/lib/client/read-failure'
import type { TableUrl } from '@/lib/client/table-url'
import type { GpuTableQuery } from '@/lib/domain/gpu-view'

type GpuDashboardProps = { query: GpuTableQuery; params: TableUrl['params'] }

/** Every GPU of the fleet as it is now, and who waits for one. */
export function GpuDashboard({ query, params }: GpuDashboardProps) {
  const url: TableUrl = { path: '/admin/gpus', params }
  const read = useQuery(gpuQueries.dashboard(query))
  const failure = readFailure(read, 'The GPUs could not be read')
  if (failure) return <ErrorState {...failure} />
  const fleet = read.data
  if (!fleet) return <SkeletonTiles tiles={8} />
  const hasNone = fleet.agents.length === 0
  return (
    <div className="flex flex-col gap-5">
      {read.isError && (
        <Notice tone="warn" title="The portal does not answer" live>
          What is shown is from <RelativeTime time={read.dataUpdatedAt} />.
        </Notice>
      )}
      {!hasNone && <GpuFilters fleet={fleet} query={query} url={url} />}
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_18rem]">
        <div className={cn('flex min-w-0 flex-col gap-5 transition-opacity', read.isPlaceholderData && 'opacity-60')}>
          {hasNone ? <NoGpus /> : fleet.gpus.length === 0 ? <NoSuchGpus /> : <GpuTileGroups gpus={fleet.gpus} />}
          {fleet.total > fleet.size && <Pagination url={url} page={fleet.page} size={fleet.size} total={fleet.total} />}
        </div>
        {/* Beside the tiles where there is room; above them where there is not and somebody waits. */}
        <div
          className={cn('min-w-0 xl:sticky xl:top-[calc(var(--shell-top)+1.5rem)]', fleet.queue.length > 0 && 'max-xl:-order-1')}
        >
          <GpuQueueCard queue={fleet.queue} />
        </div>
      </div>
    </div>
  )
}
