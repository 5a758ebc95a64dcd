import { imageUpdateWords } from '@/components/session/image-update-words'
import { ResourceChips } from '@/components/session/resource-chips'
import { SessionStatePill } from '@/components/session/session-state-pill'
import { viewerWords } from '@/components/session/session-use'
import { WaitsFor } from '@/components/session/waits-for'
import { AppLink } from '@/components/ui/app-link'
import { Badge } from '@/components/ui/badge'
import type { DataColumn } from '@/components/ui/data-column'
import { RelativeTime } from '@/components/ui/relative-time'
import { WorkspaceIcon } from '@/components/workspace-icon/workspace-icon'
import { formatBytes } from '@/lib/client/format'
import type { SessionView } from '@/lib/domain/session'
import { ownerWords } from '@/lib/domain/session-owner'
import { SessionMenu } from './session-menu'

function OwnerCell({ session }: { session: SessionView }) {
  return <span className={session.owner ? undefined : 'text-muted'}>{ownerWords(session.owner)}</span>
}

/** Sorted under these ids by the server (`sessionSorts`). */
export const sessionColumns: readonly DataColumn<SessionView>[] = [
  {
    id: 'image',
    header: 'Workspace',
    sortable: true,
    cell: (session) => (
      <span className="flex items-center gap-3 sm:min-w-36">
        <WorkspaceIcon icon={session.icon} size="sm" className="max-sm:hidden" />
        <span className="min-w-0 [overflow-wrap:anywhere]">
          {session.imageName} {session.authoring && <Badge tone="warn">Authoring</Badge>}
        </span>
      </span>
    ),
  },
  { id: 'owner', header: 'Owner', sortable: true, cell: (session) => <OwnerCell session={session} /> },
  { id: 'state', header: 'State', sortable: true, cell: (session) => <StateCell session={session} /> },
  {
    id: 'agent',
    header: 'Agent',
    sortable: true,
    hideBelow: 'md',
    cell: ({ agent }) =>
      agent ? (
        <AppLink href={`/admin/agents/${agent.id}`} className="text-xs hover:underline">
          {agent.name}
        </AppLink>
      ) : (
        <span className="text-muted text-xs">none</span>
      ),
  },
  {
    id: 'resources',
    header: 'Resources',
    hideBelow: 'xl',
    cell: (session) => (
      <ResourceChips
        cpuMillis={session.cpuMillis}
        memoryBytes={session.memoryBytes}
        gpusWanted={session.gpusWanted}
        gpus={session.gpus}
        className="min-w-40"
      />
    ),
  },
  {
    id: 'input',
    header: 'Last input',
    sortable: true,
    firstDirection: 'asc',
    hideBelow: 'lg',
    cell: (session) => <UseCell session={session} />,
  },
  {
    id: 'created',
    header: 'Launched',
    sortable: true,
    firstDirection: 'desc',
    hideBelow: 'sm',
    cell: (session) => <RelativeTime time={session.createdAt} className="whitespace-nowrap text-muted text-xs" />,
  },
  { id: 'actions', header: 'Actions', hideHeader: true, cell: (session) => <SessionMenu session={session} /> },
]

/** Who used it least comes first: that is whom one asks whether it is still needed. */
function UseCell({ session: { activity } }: { session: SessionView }) {
  const { viewers, lastInputAt, bytesUp, bytesDown } = activity
  return (
    <span
      className="flex flex-col items-start whitespace-nowrap text-xs"
      title={`${formatBytes(bytesDown)} of picture, ${formatBytes(bytesUp)} of input`}
    >
      {lastInputAt === null ? (
        <span className="text-muted">none</span>
      ) : (
        <RelativeTime time={lastInputAt} className="text-muted" />
      )}
      {viewers > 0 && <span>{viewerWords(viewers)}</span>}
    </span>
  )
}

function StateCell({ session }: { session: SessionView }) {
  return (
    <span className="flex flex-col items-start">
      <SessionStatePill session={session} look="plain" />
      <WaitsFor session={session} />
      {session.queuePosition !== null && <span className="text-muted text-xs">position {session.queuePosition}</span>}
      {session.imageUpdate && (
        <span className="text-muted text-xs" title={imageUpdateWords[session.imageUpdate].text}>
          {imageUpdateWords[session.imageUpdate].badge}
        </span>
      )}
      {session.endsAt && session.state === 'running' && (
        <span className="whitespace-nowrap text-muted text-xs">
          ends <RelativeTime time={session.endsAt} />
        </span>
      )}
    </span>
  )
}
