import type { ReactNode } from 'react'
import { cn } from '@/lib/client/cn'

type EmptyStateProps = {
  icon?: ReactNode
  title: string
  /** Why it is empty and what would fill it. */
  children?: ReactNode
  action?: ReactNode
  /** Inside a card or table rather than on the page itself. */
  bare?: boolean
  className?: string
}

export function EmptyState({ icon, title, children, action, bare = false, className }: EmptyStateProps) {
  return (
    <div
      className={cn(
        'flex flex-col items-center gap-1.5 px-6 py-12 text-center',
        !bare && 'rounded-lg border border-line border-dashed',
        className,
      )}
    >
      {icon && <div className="mb-2 text-muted [&_svg]:size-8 [&_svg]:stroke-[1.5]">{icon}</div>}
      <p className="font-medium">{title}</p>
      {children && <div className="max-w-prose text-muted">{children}</div>}
      {action && <div className="mt-3 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  )
}
