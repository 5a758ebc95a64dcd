import type { ReactNode } from 'react'
import { cn } from '@/lib/client/cn'
import { X } from './icons'
import { Check, CircleDashed, Minus } from './work-icons'

export type TimelineStepState = 'done' | 'active' | 'failed' | 'pending' | 'skipped'

export type TimelineStep = {
  id: string
  label: ReactNode
  state: TimelineStepState
  /** At the right: how long it took, or when it was. */
  time?: ReactNode
  /** Below: a reason, a progress bar. */
  detail?: ReactNode
}

const icons = { done: Check, active: CircleDashed, failed: X, pending: null, skipped: Minus } as const
const words = { done: 'Done', active: 'Under way', failed: 'Failed', pending: 'To come', skipped: 'Left out' } as const
const dots: Record<TimelineStepState, string> = {
  done: 'border-ok-line bg-ok-soft text-ok',
  active: 'border-accent bg-accent-soft text-accent-ink',
  failed: 'border-danger-line bg-danger-soft text-danger',
  pending: 'border-line bg-surface text-muted',
  skipped: 'border-line bg-sunken text-muted',
}

type TimelineProps = { steps: readonly TimelineStep[]; label: string; className?: string }

/** Steps in their order, each with its state in shape and words, its time, and what it has to say. */
export function Timeline({ steps, label, className }: TimelineProps) {
  return (
    <ol aria-label={label} className={cn('min-w-0', className)}>
      {steps.map((step, index) => (
        <li
          key={step.id}
          aria-current={step.state === 'active' ? 'step' : undefined}
          className="relative flex gap-3 pb-4 last:pb-0"
        >
          {index < steps.length - 1 && (
            <span
              aria-hidden="true"
              className={cn(
                'absolute top-6 bottom-0 left-[calc(0.75rem-0.5px)] w-px',
                step.state === 'done' ? 'bg-ok-line' : 'bg-line',
              )}
            />
          )}
          <StepDot state={step.state} />
          <div className="min-w-0 flex-1 pt-0.5">
            <div className="flex items-baseline justify-between gap-3">
              <span
                className={cn(
                  step.state === 'pending' || step.state === 'skipped' ? 'text-muted' : 'text-ink',
                  (step.state === 'active' || step.state === 'failed') && 'font-medium',
                )}
              >
                {step.label}
                <span className="sr-only">: {words[step.state]}</span>
              </span>
              {step.time && <span className="shrink-0 text-muted text-xs tabular-nums">{step.time}</span>}
            </div>
            {step.detail && <div className="mt-1 text-muted text-xs [overflow-wrap:anywhere]">{step.detail}</div>}
          </div>
        </li>
      ))}
    </ol>
  )
}

function StepDot({ state }: { state: TimelineStepState }) {
  const Icon = icons[state]
  return (
    <span aria-hidden="true" className={cn('grid size-6 shrink-0 place-items-center rounded-full border', dots[state])}>
      {Icon && (
        <Icon className={cn('size-3.5 stroke-[2.5]', state === 'active' && 'motion-safe:animate-[spin_3s_linear_1s_infinite]')} />
      )}
    </span>
  )
}
