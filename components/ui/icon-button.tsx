import type { ReactNode } from 'react'
import { cn } from '@/lib/client/cn'
import { Button, type ButtonProps } from './button'
import { Tooltip } from './tooltip'

export type IconButtonProps = Omit<ButtonProps, 'children' | 'aria-label' | 'pendingLabel'> & {
  /** What it does, and to what: it is the accessible name and the tooltip. */
  label: string
  children: ReactNode
}

const widths = { sm: 'w-7 px-0! pointer-coarse:w-9', md: 'w-9 px-0! pointer-coarse:w-11', lg: 'w-11 px-0!' } as const

export function IconButton({ label, size = 'md', variant = 'ghost', className, ...rest }: IconButtonProps) {
  return (
    <Tooltip content={label} describes={false} className={className}>
      <Button {...rest} variant={variant} size={size} className={cn(widths[size])} aria-label={label} />
    </Tooltip>
  )
}
