import type { ComponentProps } from 'react'
import { cn } from '@/lib/client/cn'
import { controlHeight, controlLook } from './control-look'

type NumberInputProps = Omit<ComponentProps<'input'>, 'type'> & {
  /** Stands behind the number: "cores", "min", "GPUs". */
  unit?: string
}

export function NumberInput({ unit, className, inputMode = 'decimal', ...rest }: NumberInputProps) {
  return (
    <span className={cn('relative flex w-full items-stretch', className)}>
      <input
        {...rest}
        type="number"
        inputMode={inputMode}
        className={cn(controlLook, controlHeight, 'tabular-nums', unit && 'rounded-r-none border-r-0')}
      />
      {unit && (
        <span className="flex shrink-0 items-center rounded-r-md border border-control border-l-line bg-sunken px-3 text-muted">
          {unit}
        </span>
      )}
    </span>
  )
}
