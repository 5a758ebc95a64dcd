import type { ReactNode } from 'react'
import { cn } from '@/lib/client/cn'
import { formatNumber } from '@/lib/client/format'
import { type TableUrl, tableHref } from '@/lib/client/table-url'
import { AppLink } from './app-link'
import { buttonLook } from './button'
import { ChevronLeft, ChevronRight } from './work-icons'

export type PaginationProps = { url: TableUrl; page: number; size: number; total: number; className?: string }

/** "26–50 of 1,204" and the two ways on. */
export function Pagination({ url, page, size, total, className }: PaginationProps) {
  const pages = Math.max(1, Math.ceil(total / size))
  const first = total === 0 ? 0 : (page - 1) * size + 1
  const last = Math.min(total, page * size)
  return (
    <nav aria-label="Pages" className={cn('flex flex-wrap items-center justify-between gap-3', className)}>
      <p className="text-muted text-xs tabular-nums">
        {first > total ? 'No such page' : `${formatNumber(first)}–${formatNumber(last)}`} of {formatNumber(total)}
      </p>
      {(pages > 1 || page > 1) && (
        <div className="flex items-center gap-1">
          <Step href={page > 1 ? tableHref(url, { page: Math.min(page - 1, pages) }) : null} label="Previous page">
            <ChevronLeft aria-hidden="true" />
          </Step>
          <span className="px-1.5 text-xs tabular-nums">
            {formatNumber(page)} / {formatNumber(pages)}
          </span>
          <Step href={page < pages ? tableHref(url, { page: page + 1 }) : null} label="Next page">
            <ChevronRight aria-hidden="true" />
          </Step>
        </div>
      )}
    </nav>
  )
}

function Step({ href, label, children }: { href: string | null; label: string; children: ReactNode }) {
  const look = buttonLook({ variant: 'ghost', size: 'sm', icon: true })
  if (href === null) {
    return (
      <span aria-hidden="true" className={`${look} opacity-40`}>
        {children}
      </span>
    )
  }
  return (
    <AppLink href={href} scroll={false} aria-label={label} title={label} className={look}>
      {children}
    </AppLink>
  )
}
