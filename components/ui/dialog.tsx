'use client'
import { type ReactNode, useEffect, useId, useRef } from 'react'
import { cn } from '@/lib/client/cn'
import { buttonLook } from './button'
import { X } from './icons'

export type DialogProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: ReactNode
  description?: ReactNode
  children?: ReactNode
  /** Buttons, at the end of the dialog; the last one is the main one. */
  footer?: ReactNode
  size?: 'sm' | 'md' | 'lg'
  /** false while leaving would lose work: then only the buttons close it. */
  dismissible?: boolean
  role?: 'dialog' | 'alertdialog'
}

const widths = { sm: 'w-[26rem]', md: 'w-[34rem]', lg: 'w-[48rem]' } as const

/** Modal, on the platform's own element: it holds the focus, gives it back, and makes the page behind inert. */
export function Dialog(props: DialogProps) {
  const { open, onOpenChange, title, description, children, footer, size = 'md', dismissible = true, role = 'dialog' } = props
  const id = useId()
  const ref = useModal(open)

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the click on the backdrop is a short cut for Escape, which the platform brings.
    <dialog
      ref={ref}
      role={role}
      aria-labelledby={`${id}-title`}
      aria-describedby={description ? `${id}-description` : undefined}
      onCancel={(event) => {
        // A file picker's cancel bubbles up here as well.
        if (event.target !== event.currentTarget) return
        event.preventDefault()
        if (dismissible) onOpenChange(false)
      }}
      onClose={(event) => event.target === event.currentTarget && open && onOpenChange(false)}
      onClick={(event) => dismissible && event.target === event.currentTarget && onOpenChange(false)}
      className={cn(
        'enter m-auto max-h-[calc(100dvh-2rem)] max-w-[calc(100vw-2rem)] rounded-xl border border-line bg-raised shadow-pop',
        'max-sm:mb-4 max-sm:w-full',
        widths[size],
      )}
    >
      {open && (
        <div className="flex max-h-[calc(100dvh-2rem-2px)] flex-col">
          <header className="flex items-start gap-4 px-5 pt-5">
            <div className="min-w-0 flex-1">
              <h2 id={`${id}-title`} className="font-semibold text-base [overflow-wrap:anywhere]">
                {title}
              </h2>
              {description && (
                <p id={`${id}-description`} className="mt-1 text-muted">
                  {description}
                </p>
              )}
            </div>
            {dismissible && <CloseButton onClose={() => onOpenChange(false)} />}
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
          {footer && <footer className="flex flex-wrap justify-end gap-2 border-line border-t px-5 py-3.5">{footer}</footer>}
        </div>
      )}
    </dialog>
  )
}

export function CloseButton({ onClose }: { onClose: () => void }) {
  return (
    <button
      type="button"
      aria-label="Close"
      onClick={onClose}
      className={cn(buttonLook({ variant: 'ghost', size: 'sm', icon: true }), '-mt-1 -mr-1.5')}
    >
      <X aria-hidden="true" />
    </button>
  )
}

/** Opens and closes the element with the state that the page keeps. */
export function useModal(open: boolean) {
  const ref = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const dialog = ref.current
    if (!dialog || dialog.open === open) return
    if (open) {
      dialog.showModal()
      // React's autoFocus fires before the dialog shows, so the element that wants it is marked instead.
      dialog.querySelector<HTMLElement>('[data-autofocus]')?.focus()
    } else {
      dialog.close()
    }
  }, [open])
  return ref
}
