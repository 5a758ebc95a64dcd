import type { ReactNode } from 'react'
import { cn } from '@/lib/client/cn'
import { softTone, type Tone } from './tone'

type BadgeProps = { children: ReactNode; tone?: Tone; icon?: ReactNode; className?: string }

export function Badge({ children, tone = 'neutral', icon, className }: BadgeProps) {
  return (
    <span
      className={cn(
        'inline-flex max-w-full items-center gap-1 rounded border px-1.5 py-px font-medium text-xs leading-4.5 tabular-nums [&_svg]:size-3 [&_svg]:shrink-0',
        softTone[tone],
        className,
      )}
    >
      {icon}
      <span className="truncate">{children}</span>
    </span>
  )
}
