import { cn } from '@/lib/client/cn'
import { AppLink } from './app-link'
import { type DataColumn, hideLook } from './data-column'

type DataTableRowProps<T> = { row: T; columns: readonly DataColumn<T>[]; href: string | undefined }

export function DataTableRow<T>({ row, columns, href }: DataTableRowProps<T>) {
  return (
    <tr className={cn('group relative', href && 'hover:bg-hover has-[[data-row-link]:focus-visible]:bg-accent-soft')}>
      {columns.map((column, index) => (
        <td
          key={column.id}
          className={cn(
            'border-line border-b px-3 py-2 align-middle group-last:border-b-0',
            column.numeric && 'text-right tabular-nums whitespace-nowrap',
            column.width && cn(column.width, 'max-w-0 truncate'),
            hideLook(column.hideBelow),
            // Above the stretched link of the row, so that buttons and links in other cells can be pressed.
            index > 0 && '[&_:is(a,button,label,input:not(label_*))]:relative [&_:is(a,button,label,input:not(label_*))]:z-[1]',
          )}
        >
          {index === 0 && href ? (
            <AppLink
              href={href}
              data-row-link=""
              className="rounded-sm font-medium outline-offset-4 after:absolute after:inset-0"
            >
              {column.cell(row)}
            </AppLink>
          ) : (
            column.cell(row)
          )}
        </td>
      ))}
    </tr>
  )
}
