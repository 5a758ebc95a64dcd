import { Card } from '@/components/ui/card'
import { Meter } from '@/components/ui/meter'
import { formatBytes, formatCpu, formatDuration } from '@/lib/client/format'
import type { Account } from '@/lib/use-cases/get-account'

export function UsageCard({ account: { usage, timeLimitSeconds } }: { account: Account }) {
  return (
    <Card title="Usage" description="What your queued and running sessions hold, against what you may hold.">
      <div className="flex flex-col gap-4">
        <Meter label="Sessions" used={usage.sessions.used} total={usage.sessions.limit} warnAt={1} />
        <Meter label="CPU" used={usage.cpuMillis.used} total={usage.cpuMillis.limit} format={formatCpu} />
        <Meter label="Memory" used={usage.memoryBytes.used} total={usage.memoryBytes.limit} format={formatBytes} />
        <Meter label="GPUs" used={usage.gpus.used} total={usage.gpus.limit} warnAt={1} />
        <p className="text-muted text-xs">
          {timeLimitSeconds === null
            ? 'Your sessions have no time limit, unless their workspace sets one.'
            : `A session is stopped after ${formatDuration(timeLimitSeconds * 1000)}; its home is kept.`}
        </p>
      </div>
    </Card>
  )
}
