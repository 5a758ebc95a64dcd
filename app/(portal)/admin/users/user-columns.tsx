import { Badge } from '@/components/ui/badge'
import type { DataColumn } from '@/components/ui/data-column'
import { RelativeTime } from '@/components/ui/relative-time'
import { StatePill } from '@/components/ui/state-pill'
import { formatNumber } from '@/lib/client/format'
import type { UserRow } from '@/lib/domain/user-view'
import { UserActions } from './user-actions'

export function userColumns(ownId: string): DataColumn<UserRow>[] {
  return [
    {
      id: 'name',
      header: 'Name',
      sortable: true,
      cell: (user) => (
        <span className="flex min-w-0 flex-wrap items-baseline gap-x-2">
          <span className="font-medium">{user.name}</span>
          {user.displayName && <span className="truncate text-muted">{user.displayName}</span>}
          {user.id === ownId && <Badge>You</Badge>}
        </span>
      ),
    },
    {
      id: 'role',
      header: 'Role',
      sortable: true,
      hideBelow: 'sm',
      cell: (user) => (user.role === 'admin' ? 'Administrator' : 'User'),
    },
    { id: 'status', header: 'Status', cell: (user) => <UserStatus user={user} /> },
    {
      id: 'sessions',
      header: 'Sessions',
      sortable: true,
      firstDirection: 'desc',
      numeric: true,
      hideBelow: 'md',
      cell: (user) => formatNumber(user.liveSessions),
    },
    {
      id: 'seen',
      header: 'Last seen',
      sortable: true,
      firstDirection: 'desc',
      hideBelow: 'md',
      cell: (user) => (user.lastSeenAt ? <RelativeTime time={user.lastSeenAt} /> : <span className="text-muted">never</span>),
    },
    {
      id: 'created',
      header: 'Created',
      sortable: true,
      firstDirection: 'desc',
      hideBelow: 'lg',
      cell: (user) => <RelativeTime time={user.createdAt} />,
    },
    {
      id: 'actions',
      header: 'Actions',
      hideHeader: true,
      width: 'w-16',
      cell: (user) => <UserActions user={user} own={user.id === ownId} />,
    },
  ]
}

function UserStatus({ user }: { user: UserRow }) {
  if (user.disabled) return <StatePill look="plain" icon="stopped" label="Disabled" />
  if (user.mustChangePassword) return <StatePill look="plain" icon="waiting" tone="warn" label="First password" />
  return <StatePill look="plain" icon="ok" tone="ok" label="Enabled" />
}
