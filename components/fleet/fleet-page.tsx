'use client'
import { useQuery } from '@tanstack/react-query'
import { ErrorState } from '@/components/ui/error-state'
import { Notice } from '@/components/ui/notice'
import { RelativeTime } from '@/components/ui/relative-time'
import { SkeletonTiles } from '@/components/ui/skeleton'
import { fleetQueries } from '@/lib/client/fleet-queries'
import { readFailure } from '@/lib/client/read-failure'
import { FleetCapacity } from './fleet-capacity'
import { FleetCounts } from './fleet-counts'
import { FleetLaunches } from './fleet-launches'
import { FleetQueue } from './fleet-queue'
import { FleetWarnings } from './fleet-warnings'

/** What needs someone first, then how full the fleet is, then what happened last. */
export function FleetPage() {
  const read = useQuery(fleetQueries.overview())
  const failure = readFailure(read, 'The overview could not be read')
  if (failure) return <ErrorState {...failure} />
  const fleet = read.data
  if (!fleet) return <SkeletonTiles tiles={6} />
  return (
    <div className="flex flex-col gap-5">
      {read.isError && (
        <Notice tone="warn" title="The portal does not answer" live>
          What is shown is from <RelativeTime time={read.dataUpdatedAt} />.
        </Notice>
      )}
      <FleetWarnings warnings={fleet.warnings} />
      <FleetCapacity fleet={fleet} />
      <FleetCounts fleet={fleet} />
      <div className="grid items-start gap-5 2xl:grid-cols-[minmax(0,2fr)_minmax(18rem,1fr)]">
        <FleetLaunches launches={fleet.recentLaunches} />
        <FleetQueue queue={fleet.queue} />
      </div>
    </div>
  )
}
