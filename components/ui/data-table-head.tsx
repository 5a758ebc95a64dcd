import { cn } from '@/lib/client/cn'
import { type Sort, sortHref, type TableUrl } from '@/lib/client/table-url'
import { AppLink } from './app-link'
import { type DataColumn, hideLook } from './data-column'
import { ArrowDown, ArrowUp, ChevronsUpDown } from './work-icons'

type DataTableHeadProps<T> = { columns: readonly DataColumn<T>[]; url: TableUrl | undefined; sort: Sort | null }

export function DataTableHead<T>({ columns, url, sort }: DataTableHeadProps<T>) {
  return (
    <thead>
      <tr>
        {columns.map((column) => {
          const sorted = sort?.column === column.id ? sort.direction : undefined
          return (
            <th
              key={column.id}
              scope="col"
              aria-sort={sorted && (sorted === 'asc' ? 'ascending' : 'descending')}
              className={cn(
                'z-[2] border-line border-b bg-surface px-3 py-2 font-medium text-muted text-xs first:rounded-tl-lg last:rounded-tr-lg xl:sticky xl:top-(--shell-top)',
                column.numeric && 'text-right',
                column.width,
                hideLook(column.hideBelow),
              )}
            >
              {column.sortable && url ? (
                <AppLink
                  href={sortHref(url, sort, column.id, column.firstDirection)}
                  scroll={false}
                  className={cn('inline-flex items-center gap-1 rounded-sm hover:text-ink', sorted && 'text-ink')}
                >
                  {column.header}
                  <SortMark direction={sorted} />
                </AppLink>
              ) : (
                <span className={cn(column.hideHeader && 'sr-only')}>{column.header}</span>
              )}
            </th>
          )
        })}
      </tr>
    </thead>
  )
}

function SortMark({ direction }: { direction: Sort['direction'] | undefined }) {
  const Icon = direction === 'asc' ? ArrowUp : direction === 'desc' ? ArrowDown : ChevronsUpDown
  return <Icon aria-hidden="true" className={cn('size-3.5', !direction && 'opacity-50')} />
}
