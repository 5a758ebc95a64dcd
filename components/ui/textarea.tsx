import type { ComponentProps } from 'react'
import { cn } from '@/lib/client/cn'
import { controlLook } from './control-look'

type TextareaProps = ComponentProps<'textarea'> & { mono?: boolean }

export function Textarea({ className, mono = false, rows = 3, ...rest }: TextareaProps) {
  return (
    <textarea
      {...rest}
      rows={rows}
      spellCheck={mono ? false : rest.spellCheck}
      className={cn(
        controlLook,
        'field-sizing-content max-h-80 min-h-16 resize-y py-2',
        mono && 'font-mono text-[0.8125rem]!',
        className,
      )}
    />
  )
}
