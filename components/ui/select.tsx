import type { ComponentProps } from 'react'
import { cn } from '@/lib/client/cn'
import { controlHeight, controlLook } from './control-look'
import { ChevronDown } from './work-icons'

export type SelectOption = { value: string; label: string; disabled?: boolean }

type SelectProps = ComponentProps<'select'> & {
  /** Shorthand for plain options; groups go in as children. */
  options?: readonly SelectOption[]
  /** Shown first, with the value '' and not to be chosen again once left. */
  placeholder?: string
}

/** The platform's own list: it works on phones, with type-ahead, and inside dialogs. */
export function Select({ className, options, placeholder, children, ...rest }: SelectProps) {
  return (
    <span className={cn('relative block w-full', className)}>
      <select {...rest} className={cn(controlLook, controlHeight, 'appearance-none truncate pr-9')}>
        {placeholder !== undefined && (
          <option value="" disabled hidden>
            {placeholder}
          </option>
        )}
        {options?.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
        {children}
      </select>
      <ChevronDown
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2 text-muted"
      />
    </span>
  )
}
