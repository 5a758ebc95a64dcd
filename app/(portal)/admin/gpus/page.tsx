import { HydrationBoundary } from '@tanstack/react-query'
import type { Metadata } from 'next'
import { PageHeader } from '@/components/ui/page-header'
import { dehydratedWith } from '@/lib/client/dehydrated'
import { gpuQueries } from '@/lib/client/gpu-queries'
import { GpuTableQuery } from '@/lib/domain/gpu-view'
import { gpuDashboard } from '@/lib/use-cases/list-gpus'
import { deps } from '@/lib/web/deps'
import { pageData } from '@/lib/web/page-data'
import { requirePageActor } from '@/lib/web/require-actor'
import { parseSearchParams, type SearchParams } from '@/lib/web/search-params'
import { GpuDashboard } from './gpu-dashboard'

export const metadata: Metadata = { title: 'GPUs' }

export default async function GpusPage({ searchParams }: { searchParams: SearchParams }) {
  const actor = await requirePageActor({ permission: 'fleet:view' })
  const query = await parseSearchParams(GpuTableQuery, searchParams)
  const dashboard = await pageData(gpuDashboard(deps(), actor, query))
  return (
    <>
      <PageHeader title="GPUs" description="Every GPU of the fleet: who holds it, and what it does now." />
      <HydrationBoundary state={dehydratedWith([gpuQueries.dashboard(query).queryKey, dashboard])}>
        <GpuDashboard query={query} params={await searchParams} />
      </HydrationBoundary>
    </>
  )
}
