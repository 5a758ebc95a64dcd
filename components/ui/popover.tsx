'use client'
import { type ReactNode, useId } from 'react'
import { cn } from '@/lib/client/cn'
import { type Align, anchoredLook, type Side } from './anchored'
import { type ButtonSize, type ButtonVariant, buttonLook } from './button'
import { useAnchored } from './use-anchored'

export type PopoverProps = {
  /** The accessible name of what opens. */
  label: string
  /** What stands on the button. */
  trigger: ReactNode
  children: ReactNode
  variant?: ButtonVariant
  size?: ButtonSize
  /** The trigger is an icon alone: `label` names it. */
  icon?: boolean
  side?: Side
  align?: Align
  className?: string
}

export function Popover(props: PopoverProps) {
  const {
    label,
    trigger,
    children,
    variant = 'secondary',
    size = 'md',
    icon = false,
    side = 'bottom',
    align = 'start',
    className,
  } = props
  const id = useId()
  const { anchor, popover, open, follow } = useAnchored(side, align)
  return (
    <>
      <button
        ref={anchor}
        type="button"
        popoverTarget={id}
        aria-haspopup="dialog"
        aria-expanded={open}
        title={icon ? label : undefined}
        className={cn(buttonLook({ variant, size, icon }), className)}
      >
        {trigger}
        {icon && <span className="sr-only">{label}</span>}
      </button>
      <div
        ref={popover}
        id={id}
        popover="auto"
        role="dialog"
        aria-label={label}
        onToggle={follow}
        className={cn(anchoredLook, 'enter w-72 overflow-y-auto rounded-lg border border-line bg-raised p-4 shadow-pop')}
      >
        {children}
      </div>
    </>
  )
}
