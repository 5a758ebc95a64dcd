'use client'
import { useQuery } from '@tanstack/react-query'
import { GpuGrid } from '@/components/gpu/gpu-tile-groups'
import { AppLink } from '@/components/ui/app-link'
import { ErrorState } from '@/components/ui/error-state'
import { SkeletonTiles } from '@/components/ui/skeleton'
import { gpuQueries } from '@/lib/client/gpu-queries'
import { readFailure } from '@/lib/client/read-failure'
import type { AgentDetail } from '@/lib/domain/agent-view'

/** Each GPU of the agent with who holds it and what it does now. */
export function AgentGpus({ agent }: { agent: AgentDetail }) {
  const { total, held } = agent.gpus
  return (
    <section aria-labelledby="agent-gpus" className="min-w-0">
      <h2 id="agent-gpus" className="mb-2 flex flex-wrap items-baseline gap-x-3">
        <span className="font-semibold">GPUs</span>
        {total > 0 && (
          <>
            <span className="text-muted text-xs tabular-nums">
              {held} of {total} held
            </span>
            <AppLink href={`/admin/gpus?agent=${agent.id}`} className="text-accent-ink text-xs hover:underline">
              In the dashboard
            </AppLink>
          </>
        )}
      </h2>
      {total > 0 ? <Tiles agentId={agent.id} /> : <p className="text-muted">{noneWords(agent)}</p>}
    </section>
  )
}

function Tiles({ agentId }: { agentId: string }) {
  const read = useQuery(gpuQueries.dashboard({ agent: agentId, model: '', state: '', page: 1, size: 200 }))
  const failure = readFailure(read, 'The GPUs could not be read')
  if (failure) return <ErrorState {...failure} />
  return read.data ? <GpuGrid gpus={read.data.gpus} /> : <SkeletonTiles tiles={4} />
}

function noneWords({ inventoriedAt, hasNvidiaRuntime }: AgentDetail): string {
  if (inventoriedAt === null) return 'Not looked at yet.'
  if (hasNvidiaRuntime) return 'Docker lists the nvidia runtime, but no GPU was seen.'
  return 'None. GPUs appear once Docker on the host lists the nvidia runtime (NVIDIA Container Toolkit).'
}
