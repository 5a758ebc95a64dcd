import type { ReactNode } from 'react'
import { cn } from '@/lib/client/cn'
import { CircleAlert, CircleCheck, Info, TriangleAlert } from './icons'

const looks = {
  info: { icon: Info, box: 'border-accent-line bg-accent-soft', text: 'text-accent-ink' },
  ok: { icon: CircleCheck, box: 'border-ok-line bg-ok-soft', text: 'text-ok' },
  warn: { icon: TriangleAlert, box: 'border-warn-line bg-warn-soft', text: 'text-warn' },
  danger: { icon: CircleAlert, box: 'border-danger-line bg-danger-soft', text: 'text-danger' },
} as const

export type NoticeProps = {
  tone?: keyof typeof looks
  title?: ReactNode
  children?: ReactNode
  /** A button or link, at the end. */
  action?: ReactNode
  /** It appears after something was pressed and must be read out. */
  live?: boolean
  className?: string
}

export function Notice({ tone = 'info', title, children, action, live = false, className }: NoticeProps) {
  const { icon: Icon, box, text } = looks[tone]
  return (
    <div
      role={live ? (tone === 'danger' ? 'alert' : 'status') : undefined}
      className={cn('flex flex-wrap items-start gap-x-3 gap-y-2 rounded-lg border px-3.5 py-3', box, className)}
    >
      <Icon aria-hidden="true" className={cn('mt-0.5 size-4 shrink-0', text)} />
      <div className="min-w-0 flex-1 basis-48 [overflow-wrap:anywhere]">
        {title && <p className={cn('font-medium', text)}>{title}</p>}
        {children && <div className={cn('text-ink', title && 'mt-0.5')}>{children}</div>}
      </div>
      {action && <div className="flex max-w-full shrink-0 flex-wrap gap-2">{action}</div>}
    </div>
  )
}
