import { EyeOff } from 'lucide-react'
import { ResourceChips } from '@/components/session/resource-chips'
import { AppLink } from '@/components/ui/app-link'
import { Badge } from '@/components/ui/badge'
import type { DataColumn } from '@/components/ui/data-column'
import { RelativeTime } from '@/components/ui/relative-time'
import { WorkspaceIcon } from '@/components/workspace-icon/workspace-icon'
import type { ImageRow } from '@/lib/domain/workspace-image-view'
import { EnabledSwitch } from './enabled-switch'
import { ImageMenu } from './image-menu'

/** Sorted under these ids by the server (`imageSorts`). */
export const imageColumns: readonly DataColumn<ImageRow>[] = [
  { id: 'name', header: 'Workspace', sortable: true, cell: (image) => <NameCell image={image} /> },
  {
    id: 'reference',
    header: 'Reference, categories',
    sortable: true,
    hideBelow: 'xl',
    cell: (image) => <ReferenceCell image={image} />,
  },
  {
    id: 'cpu',
    header: 'Resources',
    sortable: true,
    firstDirection: 'desc',
    hideBelow: 'sm',
    cell: (image) => (
      <ResourceChips cpuMillis={image.cpuMillis} memoryBytes={image.memoryBytes} gpusWanted={image.gpus} className="min-w-36" />
    ),
  },
  { id: 'agents', header: 'On agents', hideBelow: 'xl', cell: (image) => <AgentsCell agents={image.agents} /> },
  { id: 'sessions', header: 'Sessions', numeric: true, hideBelow: 'sm', cell: (image) => image.liveSessions },
  { id: 'enabled', header: 'Enabled', sortable: true, cell: (image) => <EnabledCell image={image} /> },
  {
    id: 'updated',
    header: 'Changed',
    sortable: true,
    firstDirection: 'desc',
    hideBelow: 'xl',
    cell: (image) => <RelativeTime time={image.updatedAt} className="whitespace-nowrap text-muted text-xs" />,
  },
  { id: 'actions', header: 'Actions', hideHeader: true, cell: (image) => <ImageMenu image={image} /> },
]

/** The name alone: this cell is the row's link, and what stands in it is what a screen reader calls the row. */
function NameCell({ image }: { image: ImageRow }) {
  return (
    <span className="flex min-w-28 items-center gap-3 sm:min-w-40">
      <WorkspaceIcon icon={image.icon} size="sm" />
      <span className="min-w-0 [overflow-wrap:anywhere]">{image.name}</span>
    </span>
  )
}

function ReferenceCell({ image }: { image: ImageRow }) {
  return (
    <span className="block max-w-36 text-xs 2xl:max-w-80">
      <span className="block truncate font-mono" title={image.reference}>
        {image.reference}
      </span>
      {image.categories.length > 0 && <span className="block truncate text-muted">{image.categories.join(' · ')}</span>}
    </span>
  )
}

function EnabledCell({ image }: { image: ImageRow }) {
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <EnabledSwitch image={image} />
      {image.hidden && <Badge icon={<EyeOff aria-hidden="true" />}>hidden</Badge>}
    </span>
  )
}

const NAMED = 2

function AgentsCell({ agents }: { agents: ImageRow['agents'] }) {
  if (agents.length === 0) return <span className="whitespace-nowrap text-muted text-xs">none</span>
  return (
    <span className="text-xs" title={agents.map((agent) => agent.name).join(', ')}>
      {agents.slice(0, NAMED).map((agent, index) => (
        <span key={agent.id}>
          {index > 0 && ', '}
          <AppLink href={`/admin/agents/${agent.id}`} className="hover:underline">
            {agent.name}
          </AppLink>
        </span>
      ))}
      {agents.length > NAMED && ` +${agents.length - NAMED}`}
    </span>
  )
}
