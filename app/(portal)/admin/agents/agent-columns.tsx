import { AgentStatusPill } from '@/components/fleet/agent-status-pill'
import { bytesOf, coresOf, diskOf, gpusOf } from '@/components/fleet/capacity-words'
import { ShareBar } from '@/components/fleet/share-bar'
import { Badge } from '@/components/ui/badge'
import type { DataColumn } from '@/components/ui/data-column'
import { RelativeTime } from '@/components/ui/relative-time'
import type { AgentRow } from '@/lib/domain/agent-view'

/** Sorted under these ids by the server (`agentSorts`). */
export const agentColumns: readonly DataColumn<AgentRow>[] = [
  { id: 'name', header: 'Agent', sortable: true, cell: (agent) => <NameCell agent={agent} /> },
  { id: 'status', header: 'Status', sortable: true, cell: (agent) => <StatusCell agent={agent} /> },
  {
    id: 'cpu',
    header: 'CPU reserved',
    sortable: true,
    firstDirection: 'desc',
    hideBelow: 'sm',
    cell: ({ cpuMillis }) => <ShareBar label="CPU reserved" {...cpuMillis} text={coresOf(cpuMillis)} />,
  },
  {
    id: 'memory',
    header: 'Memory reserved',
    sortable: true,
    firstDirection: 'desc',
    hideBelow: 'md',
    cell: ({ memoryBytes }) => <ShareBar label="Memory reserved" {...memoryBytes} text={bytesOf(memoryBytes)} />,
  },
  {
    id: 'disk',
    header: 'Disk used',
    hideBelow: 'lg',
    cell: ({ disk }) => <ShareBar label="Disk used" {...diskOf(disk)} text={bytesOf(diskOf(disk))} warnAt={disk.low ? 0 : 2} />,
  },
  { id: 'gpus', header: 'GPUs held', hideBelow: 'sm', cell: (agent) => <GpuCell agent={agent} /> },
  {
    id: 'sessions',
    header: 'Sessions',
    sortable: true,
    firstDirection: 'desc',
    numeric: true,
    cell: (agent) => agent.liveSessions,
  },
  {
    id: 'seen',
    header: 'Last seen',
    sortable: true,
    firstDirection: 'desc',
    hideBelow: 'lg',
    cell: ({ lastSeenAt }) =>
      lastSeenAt ? (
        <RelativeTime time={lastSeenAt} className="whitespace-nowrap text-muted text-xs" />
      ) : (
        <span className="text-muted text-xs">never</span>
      ),
  },
]

function NameCell({ agent }: { agent: AgentRow }) {
  return (
    <span className="block min-w-32">
      <span className="[overflow-wrap:anywhere]">{agent.name}</span>
      <span className="block max-w-36 truncate font-mono font-normal sm:max-w-60 text-muted text-xs">{agent.endpoint}</span>
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
      <span className="text-muted text-xs">{agent.engineVersion ? `Docker ${agent.engineVersion}` : 'engine not known'}</span>
    </span>
  )
}

function GpuCell({ agent }: { agent: AgentRow }) {
  const runtime = agent.hasNvidiaRuntime ? 'nvidia runtime' : 'no nvidia runtime'
  return (
    <span className="block text-xs">
      <span className="tabular-nums">{gpusOf(agent.gpus)}</span>
      <span className="block whitespace-nowrap text-muted">{runtime}</span>
    </span>
  )
}
