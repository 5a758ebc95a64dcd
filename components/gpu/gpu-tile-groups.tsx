import { AppLink } from '@/components/ui/app-link'
import { Badge } from '@/components/ui/badge'
import { formatCount } from '@/lib/client/format'
import type { GpuTile } from '@/lib/domain/gpu-view'
import { GpuTileCard } from './gpu-tile-card'

/** Tiles under the name of their agent, in the order in which they come. */
export function GpuTileGroups({ gpus }: { gpus: readonly GpuTile[] }) {
  const groups: GpuTile[][] = []
  for (const gpu of gpus) {
    const last = groups.at(-1)
    if (last?.[0]?.agent.id === gpu.agent.id) last.push(gpu)
    else groups.push([gpu])
  }
  return groups.map((group) => {
    const { agent } = group[0] as GpuTile
    return (
      <section key={agent.id} aria-labelledby={`agent-${agent.id}`}>
        <h2 id={`agent-${agent.id}`} className="mb-2 flex items-center gap-2">
          <AppLink href={`/admin/agents/${agent.id}`} className="font-semibold hover:underline">
            {agent.name}
          </AppLink>
          {!agent.enabled && <Badge>switched off</Badge>}
          {agent.drained && <Badge>out of service</Badge>}
          <span className="text-muted text-xs">{formatCount(group.length, 'GPU')}</span>
        </h2>
        <GpuGrid gpus={group} />
      </section>
    )
  })
}

export function GpuGrid({ gpus }: { gpus: readonly GpuTile[] }) {
  return (
    <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(15rem,100%),1fr))] gap-3">
      {gpus.map((gpu) => (
        <GpuTileCard key={gpu.id} gpu={gpu} />
      ))}
    </ul>
  )
}
