import type { ReactNode } from 'react'
import { cn } from '@/lib/client/cn'

type CardProps = {
  title?: ReactNode
  description?: ReactNode
  /** At the right of the title. */
  action?: ReactNode
  children?: ReactNode
  footer?: ReactNode
  /** Content to the very edge: a table, a list of rows. */
  flush?: boolean
  id?: string
  className?: string
}

export function Card({ title, description, action, children, footer, flush = false, id, className }: CardProps) {
  return (
    <section id={id} className={cn('min-w-0 rounded-lg border border-line bg-surface shadow-card', className)}>
      {(title || action) && (
        <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-4 pt-3.5 pb-3">
          <div className="min-w-0">
            {title && <h2 className="font-semibold">{title}</h2>}
            {description && <p className="mt-0.5 text-muted text-xs">{description}</p>}
          </div>
          {action && <div className="flex shrink-0 items-center gap-2">{action}</div>}
        </header>
      )}
      {children && <div className={cn(!flush && 'px-4 pb-4', !flush && !(title || action) && 'pt-4')}>{children}</div>}
      {footer && <footer className="flex flex-wrap items-center gap-2 border-line border-t px-4 py-3">{footer}</footer>}
    </section>
  )
}
