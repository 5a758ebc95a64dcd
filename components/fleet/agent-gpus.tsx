import { AppLink } from '@/components/ui/app-link'
import { Badge } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { formatBytes } from '@/lib/client/format'
import type { AgentDetail } from '@/lib/domain/agent-view'

/** Each GPU with its own name, and who holds it. */
export function AgentGpus({ agent }: { agent: AgentDetail }) {
  return (
    <Card title="GPUs" description={agent.gpus.total > 0 ? `${agent.gpus.held} of ${agent.gpus.total} held` : undefined} flush>
      {agent.gpuList.length === 0 ? (
        <p className="px-4 pb-4 text-muted">
          {agent.hasNvidiaRuntime
            ? 'Docker lists the nvidia runtime, but no GPU was seen.'
            : 'None. GPUs appear once Docker on the host lists the nvidia runtime (NVIDIA Container Toolkit).'}
        </p>
      ) : (
        <ul>
          {agent.gpuList.map((gpu) => (
            <li key={gpu.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 border-line border-t px-4 py-2.5">
              <span className="w-6 text-muted tabular-nums">{gpu.index}</span>
              <span className="min-w-40 flex-1">
                <span className="block">
                  {gpu.model}
                  {gpu.memoryBytes !== null && <span className="text-muted"> · {formatBytes(gpu.memoryBytes)}</span>}
                </span>
                <span
                  className="block truncate font-mono text-muted text-xs"
                  title={gpu.driverVersion ? `Driver ${gpu.driverVersion}` : undefined}
                >
                  {gpu.uuid}
                </span>
              </span>
              <Holders holders={gpu.holders} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

function Holders({ holders }: { holders: AgentDetail['gpuList'][number]['holders'] }) {
  if (holders.length === 0) return <Badge tone="ok">free</Badge>
  return (
    <span className="flex flex-wrap gap-1">
      {holders.map((holder) => (
        <AppLink key={holder.sessionId} href={`/sessions/${holder.sessionId}`} className="hover:underline">
          <Badge tone="accent">{holder.owner}</Badge>
        </AppLink>
      ))}
    </span>
  )
}
