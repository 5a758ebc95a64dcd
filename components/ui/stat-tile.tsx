import type { ReactNode } from 'react'
import { cn } from '@/lib/client/cn'
import { AppLink } from './app-link'
import { type Tone, textTone } from './tone'

type StatTileProps = {
  label: string
  value: ReactNode
  unit?: string
  /** Below the number: what it is made of, or what it means. */
  detail?: ReactNode
  tone?: Tone
  icon?: ReactNode
  href?: string
  /** A sparkline or meter at the foot. */
  children?: ReactNode
  className?: string
}

export function StatTile({ label, value, unit, detail, tone = 'neutral', icon, href, children, className }: StatTileProps) {
  return (
    <div
      className={cn(
        'relative flex min-w-0 flex-col gap-1 rounded-lg border border-line bg-surface p-4 shadow-card',
        href &&
          'transition-colors hover:bg-hover has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2',
        className,
      )}
    >
      <div className="flex items-center justify-between gap-2 text-muted text-xs">
        {href ? (
          <AppLink href={href} className="outline-none after:absolute after:inset-0">
            {label}
          </AppLink>
        ) : (
          <span>{label}</span>
        )}
        {icon && <span className="[&_svg]:size-4">{icon}</span>}
      </div>
      <p className="flex items-baseline gap-1.5">
        <span className="font-semibold text-2xl tabular-nums leading-8 tracking-tight">{value}</span>
        {unit && <span className="text-muted">{unit}</span>}
      </p>
      {detail && <div className={cn('text-xs', textTone[tone])}>{detail}</div>}
      {children && <div className="mt-2">{children}</div>}
    </div>
  )
}
