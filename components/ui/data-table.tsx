import type { ReactNode } from 'react'
import { cn } from '@/lib/client/cn'
import type { Sort, TableUrl } from '@/lib/client/table-url'
import { type DataColumn, hideLook } from './data-column'
import { DataTableHead } from './data-table-head'
import { DataTableKeys } from './data-table-keys'
import { DataTableRow } from './data-table-row'
import { EmptyState } from './empty-state'
import { ErrorState, type ErrorStateProps } from './error-state'
import { Notice } from './notice'
import { Skeleton } from './skeleton'

export type DataTableProps<T> = {
  /** What the rows are; read out, not shown. */
  caption: string
  columns: readonly DataColumn<T>[]
  /** undefined while they are loading for the first time. */
  rows: readonly T[] | undefined
  rowKey: (row: T) => string
  /** Makes the first column the row's link: Enter, click anywhere, j and k. */
  rowHref?: (row: T) => string
  /** Where sorting leads; without it headers are plain. */
  url?: TableUrl
  sort?: Sort | null
  /** When there is nothing at all, or nothing that matches. */
  empty?: { title: string; text?: ReactNode; icon?: ReactNode; action?: ReactNode }
  error?: Omit<ErrorStateProps, 'bare' | 'className'> | null
  /** Old rows stay, dimmed, while newer ones are on their way. */
  stale?: boolean
  /** More than can be shown: how many there are, and what to do. */
  overfull?: ReactNode
  /** Above the rows: search and filters. */
  toolbar?: ReactNode
  /** Below them: pagination. */
  footer?: ReactNode
  skeletonRows?: number
  className?: string
}

export function DataTable<T>(props: DataTableProps<T>) {
  const {
    caption,
    columns,
    rows,
    rowKey,
    rowHref,
    url,
    sort = null,
    error,
    stale = false,
    overfull,
    toolbar,
    footer,
    className,
  } = props
  const loading = rows === undefined && !error
  return (
    <div className={cn('min-w-0 rounded-lg border border-line bg-surface shadow-card', className)}>
      {toolbar && <div className="flex flex-wrap items-center gap-2 border-line border-b p-2.5">{toolbar}</div>}
      {overfull && (
        <Notice tone="info" className="m-2.5 mb-0">
          {overfull}
        </Notice>
      )}
      <DataTableKeys label={caption}>
        <table className="w-full border-separate border-spacing-0 text-left" aria-busy={loading || stale}>
          <caption className="sr-only">{caption}</caption>
          <DataTableHead columns={columns} url={url} sort={sort} />
          <tbody className={cn('transition-opacity', stale && 'opacity-60')}>
            {loading && <SkeletonRows columns={columns} count={props.skeletonRows ?? 8} />}
            {!error && rows?.map((row) => <DataTableRow key={rowKey(row)} row={row} columns={columns} href={rowHref?.(row)} />)}
          </tbody>
        </table>
      </DataTableKeys>
      {error && <ErrorState {...error} bare />}
      {!error && rows?.length === 0 && <Nothing empty={props.empty} caption={caption} />}
      {footer && !error && <div className="border-line border-t px-3 py-2">{footer}</div>}
    </div>
  )
}

function Nothing({ empty, caption }: { empty: DataTableProps<never>['empty'] | undefined; caption: string }) {
  return (
    <EmptyState bare title={empty?.title ?? `No ${caption.toLowerCase()}`} icon={empty?.icon} action={empty?.action}>
      {empty?.text}
    </EmptyState>
  )
}

function SkeletonRows<T>({ columns, count }: { columns: readonly DataColumn<T>[]; count: number }) {
  return Array.from({ length: count }, (_, row) => (
    <tr key={row}>
      {columns.map((column, index) => (
        <td key={column.id} className={cn('border-line border-b px-3 py-3', hideLook(column.hideBelow))}>
          <Skeleton className={cn('h-3.5', index === 0 ? 'w-40' : 'w-16', column.numeric && 'ml-auto')} />
        </td>
      ))}
    </tr>
  ))
}
