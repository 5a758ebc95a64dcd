import { AgentStatusPill } from '@/components/fleet/agent-status-pill'
import { bytesOf, coresOf, diskOf, gpusOf } from '@/components/fleet/capacity-words'
import { ShareBar } from '@/components/fleet/share-bar'
import { Badge } from '@/components/ui/badge'
import type { DataColumn } from '@/components/ui/data-column'
import { TriangleAlert } from '@/components/ui/icons'
import { RelativeTime } from '@/components/ui/relative-time'
import { formatCount } from '@/lib/client/format'
import type { AgentRow } from '@/lib/domain/agent-view'

/** Sorted under these ids by the server (`agentSorts`). */
export const agentColumns: readonly DataColumn<AgentRow>[] = [
  {
    id: 'name',
    header: 'Agent',
    sortable: true,
    cell: (agent) => <span className="[overflow-wrap:anywhere]">{agent.name}</span>,
  },
  { id: 'address', header: 'Engine, groups', hideBelow: 'xl', cell: (agent) => <AddressCell agent={agent} /> },
  { id: 'status', header: 'Status, last seen', sortable: true, cell: (agent) => <StatusCell agent={agent} /> },
  {
    id: 'cpu',
    header: 'CPU held',
    sortable: true,
    firstDirection: 'desc',
    hideBelow: 'sm',
    cell: ({ cpuMillis }) => <ShareBar label="CPU reserved" {...cpuMillis} text={coresOf(cpuMillis)} />,
  },
  {
    id: 'memory',
    header: 'Memory held',
    sortable: true,
    firstDirection: 'desc',
    hideBelow: 'lg',
    cell: ({ memoryBytes }) => <ShareBar label="Memory reserved" {...memoryBytes} text={bytesOf(memoryBytes)} />,
  },
  {
    id: 'disk',
    header: 'Disk used',
    hideBelow: 'xl',
    cell: ({ disk }) => <ShareBar label="Disk used" {...diskOf(disk)} text={bytesOf(diskOf(disk))} warnAt={disk.low ? 0 : 2} />,
  },
  { id: 'gpus', header: 'GPUs held', hideBelow: 'md', cell: (agent) => <GpuCell agent={agent} /> },
  {
    id: 'sessions',
    header: 'Sessions',
    sortable: true,
    firstDirection: 'desc',
    numeric: true,
    cell: (agent) => agent.liveSessions,
  },
]

function AddressCell({ agent }: { agent: AgentRow }) {
  return (
    <span className="block">
      <span className="block max-w-44 truncate 2xl:max-w-72 font-mono text-muted text-xs" title={agent.endpoint}>
        {agent.endpoint}
      </span>
      <span className="block max-w-44 truncate text-muted text-xs">
        {agent.engineVersion ? `Docker ${agent.engineVersion}` : 'engine not known yet'}
      </span>
      {agent.groups.length > 0 && (
        <span className="mt-0.5 flex flex-wrap gap-1">
          {agent.groups.map((group) => (
            <Badge key={group}>{group}</Badge>
          ))}
        </span>
      )}
    </span>
  )
}

function StatusCell({ agent }: { agent: AgentRow }) {
  return (
    <span className="flex flex-col items-start gap-0.5">
      <AgentStatusPill agent={agent} look="plain" />
      <span className="whitespace-nowrap text-muted text-xs">
        {agent.lastSeenAt ? (
          <>
            seen <RelativeTime time={agent.lastSeenAt} />
          </>
        ) : (
          'never seen'
        )}
      </span>
    </span>
  )
}

function GpuCell({ agent }: { agent: AgentRow }) {
  const [problem] = agent.gpuDiagnoses
  const runtime = agent.hasNvidiaRuntime ? 'nvidia runtime' : 'no nvidia runtime'
  return (
    <span className="block text-xs">
      <span className="tabular-nums">{gpusOf(agent.gpus)}</span>
      {problem ? (
        <span className="flex items-center gap-1 text-warn" title={problem.text}>
          <TriangleAlert aria-hidden="true" className="size-3" />
          {formatCount(agent.gpuDiagnoses.length, 'problem')}
        </span>
      ) : (
        <span className="block text-muted">{runtime}</span>
      )}
    </span>
  )
}
