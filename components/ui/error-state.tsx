import type { ReactNode } from 'react'
import { cn } from '@/lib/client/cn'
import { Button } from './button'
import { CloudAlert } from './icons'

export type ErrorStateProps = {
  /** What happened. */
  title: string
  /** Why, as far as it is known. */
  reason?: ReactNode
  /** What the reader can do. */
  hint?: ReactNode
  reference?: string | undefined
  onRetry?: () => void
  retrying?: boolean
  /** Instead of, or beside, trying again. */
  action?: ReactNode
  bare?: boolean
  className?: string
}

export function ErrorState(props: ErrorStateProps) {
  const { title, reason, hint, reference, onRetry, retrying = false, action, bare = false, className } = props
  return (
    <div
      role="alert"
      className={cn(
        'flex flex-col items-center gap-1.5 px-6 py-12 text-center [overflow-wrap:anywhere]',
        !bare && 'rounded-lg border border-line bg-surface',
        className,
      )}
    >
      <CloudAlert aria-hidden="true" className="mb-2 size-8 stroke-[1.5] text-danger" />
      <p className="font-medium">{title}</p>
      {reason && <div className="max-w-prose text-muted">{reason}</div>}
      {hint && <div className="max-w-prose">{hint}</div>}
      {(onRetry || action) && (
        <div className="mt-3 flex flex-wrap justify-center gap-2">
          {onRetry && (
            <Button onClick={onRetry} pending={retrying} pendingLabel="Trying…">
              Try again
            </Button>
          )}
          {action}
        </div>
      )}
      {reference && (
        <p className="mt-3 text-muted text-xs">
          Reference <code className="select-all">{reference}</code>
        </p>
      )}
    </div>
  )
}
