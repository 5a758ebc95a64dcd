import type { ComponentProps } from 'react'
import { cn } from '@/lib/client/cn'

export type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'danger'
export type ButtonSize = 'sm' | 'md' | 'lg'

const variants: Record<ButtonVariant, string> = {
  primary: 'bg-accent text-on-accent shadow-card hover:bg-accent-strong',
  secondary: 'border border-control/60 bg-surface text-ink shadow-card hover:border-control hover:bg-hover',
  ghost: 'text-ink hover:bg-hover',
  danger: 'bg-danger-solid text-on-danger shadow-card hover:bg-danger-solid-strong',
}

const sizes: Record<ButtonSize, string> = {
  sm: 'h-7 gap-1.5 px-2.5 text-xs [&_svg]:size-3.5 pointer-coarse:h-9',
  md: 'h-9 gap-2 px-3.5 text-sm [&_svg]:size-4 pointer-coarse:h-11',
  lg: 'h-11 gap-2.5 px-5 text-base [&_svg]:size-5',
}

export type ButtonLook = { variant?: ButtonVariant | undefined; size?: ButtonSize | undefined; icon?: boolean }

const iconSizes: Record<ButtonSize, string> = {
  sm: 'w-7 px-0! pointer-coarse:w-9',
  md: 'w-9 px-0! pointer-coarse:w-11',
  lg: 'w-11 px-0!',
}

/** The look of a button, for what must be something else: a link that leads somewhere. */
export function buttonLook({ variant = 'secondary', size = 'md', icon = false }: ButtonLook = {}): string {
  return cn(
    'relative inline-flex shrink-0 select-none items-center justify-center rounded-md font-medium whitespace-nowrap',
    'transition-colors duration-100 [&_svg]:shrink-0',
    'disabled:opacity-55 disabled:shadow-none aria-disabled:not-aria-busy:opacity-55',
    variants[variant],
    sizes[size],
    icon && iconSizes[size],
  )
}

export type ButtonProps = ComponentProps<'button'> & {
  variant?: ButtonVariant
  size?: ButtonSize
  /** Work is under way: the button stays focused and readable, but another press does nothing. */
  pending?: boolean
  /** What the button says meanwhile, "Deleting…"; without it the label stays. */
  pendingLabel?: string
}

export function Button({
  variant,
  size,
  pending = false,
  pendingLabel,
  className,
  children,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={pending && type === 'submit' ? 'button' : type}
      className={cn(buttonLook({ variant, size }), pending && 'cursor-progress! overflow-hidden', className)}
      aria-disabled={pending || undefined}
      aria-busy={pending || undefined}
      onClick={pending ? undefined : onClick}
    >
      {pending && pendingLabel ? pendingLabel : children}
      {pending && <PendingBar />}
    </button>
  )
}

function PendingBar() {
  return (
    <span aria-hidden="true" className="absolute inset-x-0 bottom-0 h-[3px] overflow-hidden bg-current/20">
      <span className="block h-full w-2/5 animate-slide-along bg-current/80 motion-reduce:w-full motion-reduce:animate-none" />
    </span>
  )
}
