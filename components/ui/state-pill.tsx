import type { ComponentType } from 'react'
import { cn } from '@/lib/client/cn'
import { CircleAlert, CircleCheck } from './icons'
import { softTone, type Tone, textTone } from './tone'
import { Circle, CircleDashed, CirclePause, CirclePlay, CircleStop, CircleX, Clock, Unplug } from './work-icons'

/** The shapes of states: each reads without its colour. */
const icons = {
  waiting: Clock,
  working: CircleDashed,
  running: CirclePlay,
  paused: CirclePause,
  stopped: CircleStop,
  ok: CircleCheck,
  warning: CircleAlert,
  failed: CircleX,
  disconnected: Unplug,
  none: Circle,
} satisfies Record<string, ComponentType<{ className?: string }>>

export type StateIcon = keyof typeof icons

export type StatePillProps = {
  label: string
  icon: StateIcon
  tone?: Tone
  /** "pill" stands alone, "plain" sits in dense rows. */
  look?: 'pill' | 'plain'
  className?: string
}

export function StatePill({ label, icon, tone = 'neutral', look = 'pill', className }: StatePillProps) {
  const Icon = icons[icon]
  return (
    <span
      className={cn(
        'inline-flex items-center gap-1.5 whitespace-nowrap font-medium text-xs',
        look === 'pill' ? cn('rounded-full border px-2 py-0.5', softTone[tone]) : textTone[tone],
        className,
      )}
    >
      <Icon
        aria-hidden="true"
        className={cn('size-3.5 shrink-0', icon === 'working' && 'motion-safe:animate-[spin_3s_linear_1s_infinite]')}
      />
      {label}
    </span>
  )
}
