'use client'
import { useQuery } from '@tanstack/react-query'
import { editGpuAction } from '@/app/(portal)/admin/gpus/actions'
import { GpuBadges } from '@/components/gpu/gpu-badges'
import { GpuDayChart } from '@/components/gpu/gpu-day-chart'
import { GpuFactsCard } from '@/components/gpu/gpu-facts-card'
import { GpuHistoryCard } from '@/components/gpu/gpu-history-card'
import { GpuHolders } from '@/components/gpu/gpu-holders'
import { gpuLook } from '@/components/gpu/gpu-look'
import { GpuBars, heatWords } from '@/components/gpu/gpu-numbers'
import { GpuRulesCard } from '@/components/gpu/gpu-rules-card'
import { Card } from '@/components/ui/card'
import { ErrorState } from '@/components/ui/error-state'
import { LinkButton } from '@/components/ui/link-button'
import { Notice } from '@/components/ui/notice'
import { PageHeader } from '@/components/ui/page-header'
import { RelativeTime } from '@/components/ui/relative-time'
import { SkeletonLines } from '@/components/ui/skeleton'
import { StatePill } from '@/components/ui/state-pill'
import { gpuQueries } from '@/lib/client/gpu-queries'
import { readFailure } from '@/lib/client/read-failure'
import { useAction } from '@/lib/client/use-action'
import type { GpuDetail } from '@/lib/domain/gpu-view'

/** Everything about one GPU, as it is now and over a day. */
export function GpuPage({ gpuId }: { gpuId: string }) {
  const read = useQuery(gpuQueries.detail(gpuId))
  const edit = useAction(editGpuAction, { invalidates: [gpuQueries.all] })
  const failure = readFailure(read, 'The GPU could not be read')
  if (failure) return <ErrorState {...failure} action={<LinkButton href="/admin/gpus">All GPUs</LinkButton>} />
  const gpu = read.data
  if (!gpu) return <SkeletonLines lines={8} />
  return (
    <>
      <PageHeader
        crumbs={[
          { href: '/admin/gpus', label: 'GPUs' },
          { href: `/admin/agents/${gpu.agent.id}`, label: gpu.agent.name },
        ]}
        title={`GPU ${gpu.index}: ${gpu.model}`}
        state={<StatePill {...gpuLook(gpu.state)} />}
      />
      <div className="flex flex-col gap-5">
        {read.isError && (
          <Notice tone="warn" title="The portal does not answer" live>
            What is shown is from <RelativeTime time={read.dataUpdatedAt} />.
          </Notice>
        )}
        <div className="grid items-start gap-5 xl:grid-cols-2">
          <Now gpu={gpu} />
          <GpuRulesCard gpu={gpu} edit={(patch) => edit.run({ gpuId, patch })} />
        </div>
        <Card title="The last day">
          <GpuDayChart samples={gpu.samples} memoryBytes={gpu.memoryBytes} nowMs={read.dataUpdatedAt} />
        </Card>
        <div className="grid items-start gap-5 xl:grid-cols-2">
          <GpuHistoryCard history={gpu.history} nowMs={read.dataUpdatedAt} />
          <GpuFactsCard gpu={gpu} />
        </div>
      </div>
    </>
  )
}

function Now({ gpu }: { gpu: GpuDetail }) {
  return (
    <Card
      title="Now"
      description={
        gpu.reading ? (
          <>
            measured <RelativeTime time={gpu.reading.at} />
          </>
        ) : (
          'Nothing was measured in the last minute'
        )
      }
    >
      <div className="flex flex-col gap-3">
        <GpuBadges gpu={gpu} />
        {gpu.holders.length === 0 ? (
          <p className="text-muted">Nobody holds it.</p>
        ) : (
          <GpuHolders holders={gpu.holders} most={32} />
        )}
        {gpu.idleSince && (
          <p className="text-warn text-xs">
            Went idle <RelativeTime time={gpu.idleSince} />
          </p>
        )}
        <GpuBars reading={gpu.reading} memoryBytes={gpu.memoryBytes} />
        <p className="text-muted text-xs tabular-nums">{heatWords(gpu.reading)}</p>
      </div>
    </Card>
  )
}
