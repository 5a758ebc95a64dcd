import { HydrationBoundary } from '@tanstack/react-query'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { dehydratedWith } from '@/lib/client/dehydrated'
import { gpuQueries } from '@/lib/client/gpu-queries'
import { GpuRef } from '@/lib/domain/gpu-view'
import { getGpu } from '@/lib/use-cases/get-gpu'
import { deps } from '@/lib/web/deps'
import { pageData } from '@/lib/web/page-data'
import { requirePageActor } from '@/lib/web/require-actor'
import { GpuPage } from './gpu-page'

export const metadata: Metadata = { title: 'GPU' }

export default async function Page({ params }: { params: Promise<{ gpuId: string }> }) {
  const actor = await requirePageActor({ permission: 'fleet:view' })
  const ref = GpuRef.safeParse(await params)
  if (!ref.success) notFound()
  const gpu = await pageData(getGpu(deps(), actor, ref.data))
  return (
    <HydrationBoundary state={dehydratedWith([gpuQueries.detail(gpu.id).queryKey, gpu])}>
      <GpuPage gpuId={gpu.id} />
    </HydrationBoundary>
  )
}
