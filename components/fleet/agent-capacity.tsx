import { Card } from '@/components/ui/card'
import { Meter } from '@/components/ui/meter'
import { formatBytes, formatCpu, formatNumber } from '@/lib/client/format'
import type { AgentDetail } from '@/lib/domain/agent-view'
import { diskOf } from './capacity-words'

/** Reserved by sessions against what they may have; the disk as the engine sees it. */
export function AgentCapacity({ agent }: { agent: AgentDetail }) {
  const disk = diskOf(agent.disk)
  return (
    <Card>
      <div className="grid gap-x-8 gap-y-5 sm:grid-cols-2 xl:grid-cols-4">
        <div>
          <Meter
            label="CPU"
            used={agent.cpuMillis.used}
            reserved={agent.cpuMillis.held}
            total={agent.cpuMillis.total}
            format={formatCpu}
            warnAt={2}
          />
          <Override amount={agent.cpuMillis} format={formatCpu} />
        </div>
        <div>
          <Meter
            label="Memory"
            used={agent.memoryBytes.used}
            reserved={agent.memoryBytes.held}
            total={agent.memoryBytes.total}
            format={formatBytes}
            warnAt={2}
          />
          <Override amount={agent.memoryBytes} format={formatBytes} />
        </div>
        <Meter label="Disk" used={disk.held} total={disk.total} format={formatBytes} warnAt={agent.disk.low ? 0 : 0.95} />
        {agent.gpus.total > 0 ? (
          <Meter label="GPUs" reserved={agent.gpus.held} total={agent.gpus.total} format={formatNumber} warnAt={2} />
        ) : (
          <p className="flex justify-between gap-3">
            <span className="font-medium">GPUs</span>
            <span className="text-muted text-xs">none</span>
          </p>
        )}
      </div>
    </Card>
  )
}

type OverrideProps = { amount: AgentDetail['cpuMillis']; format: (value: number) => string }

/** Where an administrator set another number than the host has. */
function Override({ amount, format }: OverrideProps) {
  if (amount.real === null || amount.total === amount.real) return null
  return <p className="mt-1 text-muted text-xs">Set by hand; the host has {format(amount.real)}.</p>
}
