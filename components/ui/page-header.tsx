import type { ReactNode } from 'react'
import { AppLink } from './app-link'
import { ChevronRight } from './work-icons'

export type Crumb = { href: string; label: string }

type PageHeaderProps = {
  title: ReactNode
  /** Beside the title: a state, a badge. */
  state?: ReactNode
  description?: ReactNode
  /** Where this page lies, outermost first, without the page itself. */
  crumbs?: readonly Crumb[]
  actions?: ReactNode
  /** Before the title: an icon or picture. */
  icon?: ReactNode
}

export function PageHeader({ title, state, description, crumbs = [], actions, icon }: PageHeaderProps) {
  return (
    <header className="mb-5">
      {crumbs.length > 0 && (
        <nav aria-label="Breadcrumb" className="mb-1.5">
          <ol className="flex flex-wrap items-center gap-1 text-muted text-xs">
            {crumbs.map((crumb) => (
              <li key={crumb.href} className="flex items-center gap-1">
                <AppLink href={crumb.href} className="rounded-sm hover:text-ink hover:underline">
                  {crumb.label}
                </AppLink>
                <ChevronRight aria-hidden="true" className="size-3" />
              </li>
            ))}
          </ol>
        </nav>
      )}
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="flex min-w-0 items-center gap-3">
          {icon && <div className="shrink-0">{icon}</div>}
          <div className="min-w-0">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <h1 className="font-semibold text-xl leading-7 tracking-tight [overflow-wrap:anywhere]">{title}</h1>
              {state}
            </div>
            {description && <p className="mt-0.5 max-w-prose text-muted">{description}</p>}
          </div>
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
    </header>
  )
}
