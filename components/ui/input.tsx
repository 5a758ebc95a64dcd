import type { ComponentProps } from 'react'
import { cn } from '@/lib/client/cn'
import { controlHeight, controlLook } from './control-look'

export function Input({ className, type = 'text', ...rest }: ComponentProps<'input'>) {
  return <input {...rest} type={type} className={cn(controlLook, controlHeight, className)} />
}
