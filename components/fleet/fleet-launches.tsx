import { Rocket } from 'lucide-react'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { LaunchBars } from './launch-bars'
import type { Launch } from './launch-steps'

export function FleetLaunches({ launches }: { launches: readonly Launch[] }) {
  return (
    <Card
      title="Last launches"
      description="From the click to the first picture, step by step; the number is the time until the desktop answered"
    >
      {launches.length === 0 ? (
        <EmptyState bare icon={<Rocket aria-hidden="true" />} title="Nothing was launched yet">
          The first launches appear here with the time of each step.
        </EmptyState>
      ) : (
        <LaunchBars launches={launches} />
      )}
    </Card>
  )
}
