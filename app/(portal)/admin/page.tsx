import { HydrationBoundary } from '@tanstack/react-query'
import type { Metadata } from 'next'
import { FleetPage } from '@/components/fleet/fleet-page'
import { PageHeader } from '@/components/ui/page-header'
import { dehydratedWith } from '@/lib/client/dehydrated'
import { fleetQueries } from '@/lib/client/fleet-queries'
import { fleetOverview } from '@/lib/use-cases/fleet-overview'
import { deps } from '@/lib/web/deps'
import { pageData } from '@/lib/web/page-data'
import { requirePageActor } from '@/lib/web/require-actor'

export const metadata: Metadata = { title: 'Overview' }

export default async function OverviewPage() {
  const actor = await requirePageActor({ permission: 'fleet:view' })
  const overview = await pageData(fleetOverview(deps(), actor))
  return (
    <>
      <PageHeader title="Overview" description="The fleet as it is now." />
      <HydrationBoundary state={dehydratedWith([fleetQueries.overview().queryKey, overview])}>
        <FleetPage />
      </HydrationBoundary>
    </>
  )
}
