'use client'
import { type ReactNode, useId } from 'react'
import { cn } from '@/lib/client/cn'
import { CloseButton, useModal } from './dialog'

export type SheetProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: ReactNode
  children: ReactNode
  footer?: ReactNode
  side?: 'left' | 'right'
}

/** A dialog at the edge: navigation on phones, details beside a list. */
export function Sheet({ open, onOpenChange, title, children, footer, side = 'right' }: SheetProps) {
  const id = useId()
  const ref = useModal(open)
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the click on the backdrop is a short cut for Escape, which the platform brings.
    <dialog
      ref={ref}
      aria-labelledby={id}
      onCancel={(event) => {
        if (event.target !== event.currentTarget) return
        event.preventDefault()
        onOpenChange(false)
      }}
      onClose={(event) => event.target === event.currentTarget && open && onOpenChange(false)}
      onClick={(event) => event.target === event.currentTarget && onOpenChange(false)}
      className={cn(
        'm-0 h-dvh max-h-none w-[min(26rem,calc(100vw-3rem))] max-w-none border-line bg-raised shadow-pop',
        side === 'left' ? 'enter-left mr-auto border-r' : 'enter-right ml-auto border-l',
      )}
    >
      {open && (
        <div className="flex h-full flex-col">
          <header className="flex items-center justify-between gap-4 border-line border-b px-5 py-3.5">
            <h2 id={id} className="min-w-0 truncate font-semibold text-base">
              {title}
            </h2>
            <CloseButton onClose={() => onOpenChange(false)} />
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto p-5">{children}</div>
          {footer && <footer className="flex flex-wrap justify-end gap-2 border-line border-t px-5 py-3.5">{footer}</footer>}
        </div>
      )}
    </dialog>
  )
}
