import type { ComponentProps, ReactNode } from 'react'
import { cn } from '@/lib/client/cn'

type SwitchProps = Omit<ComponentProps<'input'>, 'type' | 'children' | 'role'> & {
  label: ReactNode
  hint?: ReactNode
  hideLabel?: boolean
}

/** On or off, at once or on submit: a checkbox underneath, so forms and `register` know it. */
export function Switch({ label, hint, hideLabel = false, className, ...rest }: SwitchProps) {
  return (
    <label className={cn('flex items-start gap-3 py-0.5 has-disabled:opacity-60', className)}>
      <span className="relative mt-px inline-flex h-5 w-9 shrink-0">
        <input
          {...rest}
          type="checkbox"
          // biome-ignore lint/a11y/useAriaPropsForRole: a checkbox tells whether it is checked by itself.
          role="switch"
          className="peer absolute inset-0 appearance-none rounded-full border border-control bg-sunken transition-colors checked:border-accent checked:bg-accent"
        />
        <span
          aria-hidden="true"
          className="pointer-events-none absolute top-[3px] left-[3px] size-3.5 rounded-full bg-control transition-[translate] peer-checked:translate-x-4 peer-checked:bg-on-accent"
        />
      </span>
      <span className={cn('min-w-0', hideLabel && 'sr-only')}>
        <span className="block">{label}</span>
        {hint && <span className="block text-muted text-xs">{hint}</span>}
      </span>
    </label>
  )
}
