import Link from 'next/link'
import type { ComponentProps } from 'react'
import { cn } from '@/lib/client/cn'
import { type ButtonSize, type ButtonVariant, buttonLook } from './button'

type LinkButtonProps = ComponentProps<typeof Link> & { variant?: ButtonVariant; size?: ButtonSize; icon?: boolean }

/** Leads somewhere and looks like a button. Whatever changes something is a Button. */
export function LinkButton({ variant, size, icon = false, className, ...rest }: LinkButtonProps) {
  return <Link {...rest} className={cn(buttonLook({ variant, size, icon }), className)} />
}
