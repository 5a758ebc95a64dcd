import type { ReactNode } from 'react'
import { Card } from '@/components/ui/card'
import { formatBytes, formatCpu, formatNumber, formatPercent } from '@/lib/client/format'
import type { FleetOverview } from '@/lib/domain/agent-view'

/** How much of everything is promised, as bars. GPUs are drawn one by one while they can be counted by eye. */
export function FleetCapacity({ fleet }: { fleet: FleetOverview }) {
  return (
    <Card title="Capacity" description="Reserved by sessions on agents that are switched on">
      <div className="grid gap-x-10 gap-y-6 md:grid-cols-3">
        <Capacity label="CPU" {...fleet.cpuMillis} format={formatCpu} />
        <Capacity label="Memory" {...fleet.memoryBytes} format={formatBytes} />
        <Capacity label="GPUs" {...fleet.gpus} format={formatNumber} none="No agent has a GPU">
          {fleet.gpus.total > 0 && fleet.gpus.total <= COUNTABLE ? <Cells {...fleet.gpus} /> : undefined}
        </Capacity>
      </div>
    </Card>
  )
}

const COUNTABLE = 64

type Amount = { held: number; total: number }
type CapacityProps = Amount & { label: string; format: (value: number) => string; none?: string; children?: ReactNode }

function Capacity({ label, held, total, format, none = 'Not known yet', children }: CapacityProps) {
  return (
    <div className="min-w-0">
      <p className="text-muted text-xs">{label}</p>
      {total === 0 ? (
        <p className="mt-1">{none}</p>
      ) : (
        <>
          <p className="mt-0.5 flex flex-wrap items-baseline gap-x-2">
            <span className="font-semibold text-xl tabular-nums">{formatPercent(held / total)}</span>
            <span className="text-muted text-xs tabular-nums">
              {format(held)} of {format(total)}
            </span>
          </p>
          <div className="mt-2">{children ?? <Bar held={held} total={total} />}</div>
        </>
      )}
    </div>
  )
}

function Bar({ held, total }: Amount) {
  return (
    <div aria-hidden="true" className="h-3 overflow-hidden rounded-full bg-sunken ring-1 ring-line ring-inset">
      <div
        className="h-full rounded-full bg-accent transition-[width] duration-300"
        style={{ width: `${Math.min(1, held / total) * 100}%` }}
      />
    </div>
  )
}

function Cells({ held, total }: Amount) {
  return (
    <div aria-hidden="true" className="flex flex-wrap gap-1">
      {Array.from({ length: total }, (_, index) => (
        <span
          key={index}
          className={index < held ? 'size-4 rounded-sm bg-accent' : 'size-4 rounded-sm border border-control bg-surface'}
        />
      ))}
    </div>
  )
}
