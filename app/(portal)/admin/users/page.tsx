import { Users } from 'lucide-react'
import type { Metadata } from 'next'
import { DataTable } from '@/components/ui/data-table'
import { PageHeader } from '@/components/ui/page-header'
import { Pagination } from '@/components/ui/pagination'
import { UrlSearch } from '@/components/ui/url-search'
import { UrlSelect } from '@/components/ui/url-select'
import { UserTableQuery } from '@/lib/domain/user-view'
import { tableUsers } from '@/lib/use-cases/list-users'
import { deps } from '@/lib/web/deps'
import { pageData } from '@/lib/web/page-data'
import { requirePageActor } from '@/lib/web/require-actor'
import { parseSearchParams, type SearchParams } from '@/lib/web/search-params'
import { NewUserButton } from './new-user-button'
import { userColumns } from './user-columns'

export const metadata: Metadata = { title: 'People' }

const roles = [
  { value: '', label: 'Every role' },
  { value: 'admin', label: 'Administrators' },
  { value: 'user', label: 'Users' },
]
const statuses = [
  { value: '', label: 'Enabled or not' },
  { value: 'enabled', label: 'Enabled' },
  { value: 'disabled', label: 'Disabled' },
]

export default async function UsersPage({ searchParams }: { searchParams: SearchParams }) {
  const actor = await requirePageActor({ permission: 'user:view' })
  const query = await parseSearchParams(UserTableQuery, searchParams)
  const table = await pageData(tableUsers(deps(), actor, query))
  const url = { path: '/admin/users', params: await searchParams }
  const filtered = query.search !== '' || query.role !== 'any' || query.status !== 'any'
  return (
    <>
      <PageHeader
        title="People"
        description="Who may sign in, as what, and how much they may hold."
        actions={<NewUserButton />}
      />
      <DataTable
        caption="People"
        columns={userColumns(actor.id)}
        rows={table.items}
        rowKey={(user) => user.id}
        url={url}
        sort={{ column: query.sort, direction: query.direction }}
        empty={{
          title: filtered ? 'Nobody matches' : 'Nobody here',
          icon: <Users />,
          text: filtered ? 'Change the search or the filters.' : undefined,
        }}
        toolbar={
          <>
            <UrlSearch label="Search people" />
            <UrlSelect label="Role" param="role" options={roles} />
            <UrlSelect label="Status" param="status" options={statuses} />
          </>
        }
        footer={<Pagination url={url} page={table.page} size={table.size} total={table.total} />}
      />
    </>
  )
}
