import type { ReactNode } from 'react'
import { cn } from '@/lib/client/cn'

type StagePanelProps = {
  title: ReactNode
  icon?: ReactNode
  children?: ReactNode
  /** Buttons, the main one first. */
  actions?: ReactNode
  /** Over the desktop rather than in its place: what is behind still shows. */
  veil?: boolean
  /** Read out when it appears. */
  role?: 'status' | 'alert'
  wide?: boolean
  /** Is simply there, without coming in. */
  still?: boolean
}

/** One thing in the middle of the session page. */
export function StagePanel({ title, icon, children, actions, veil = false, role, wide = false, still = false }: StagePanelProps) {
  return (
    <div className={cn('absolute inset-0 z-10 overflow-y-auto', veil ? 'bg-canvas/85' : 'bg-canvas')}>
      <div className="flex min-h-full items-center justify-center p-4">
        <section
          role={role}
          className={cn(
            'flex w-full flex-col gap-4 rounded-xl border border-line bg-surface p-5 shadow-pop sm:p-6',
            wide ? 'max-w-3xl' : 'max-w-md',
            !still && 'enter',
          )}
        >
          <header className="flex items-start gap-3 [&_svg]:mt-0.5 [&_svg]:size-5 [&_svg]:shrink-0">
            {icon}
            <h2 className="min-w-0 font-semibold text-base [overflow-wrap:anywhere]">{title}</h2>
          </header>
          {children}
          {actions && <footer className="flex flex-wrap gap-2">{actions}</footer>}
        </section>
      </div>
    </div>
  )
}
