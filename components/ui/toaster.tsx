'use client'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { cn } from '@/lib/client/cn'
import { buttonLook } from './button'
import { CircleAlert, CircleCheck, Info, X } from './icons'
import { type Toast, toast, toastStore } from './toast'

const icons = { ok: CircleCheck, info: Info, danger: CircleAlert } as const
const iconLook = { ok: 'text-ok', info: 'text-accent-ink', danger: 'text-danger' } as const

/** Where toasts appear. Once, in the root layout. */
export function Toaster() {
  const toasts = useSyncExternalStore(toastStore.subscribe, toastStore.current, toastStore.none)
  const region = useRef<HTMLElement>(null)
  const newest = toasts.at(-1)?.id

  useEffect(() => {
    const element = region.current
    if (!element) return
    // Shown anew for each one: whatever opened last lies on top, and a dialog may have opened since.
    if (element.matches(':popover-open')) element.hidePopover()
    if (newest !== undefined) element.showPopover()
  }, [newest])

  return (
    <>
      <section
        ref={region}
        popover="manual"
        aria-label="Notifications"
        // Above a bar with the buttons of a form: a message must not cover what comes next.
        className="fixed inset-auto right-0 bottom-0 m-0 w-[min(24rem,100vw)] bg-transparent p-4 in-[html:has([data-save-bar])]:bottom-24 sm:in-[html:has([data-save-bar])]:bottom-14"
      >
        <ol className="flex flex-col gap-2">
          {toasts.map((one) => (
            <ToastCard key={one.id} toast={one} />
          ))}
        </ol>
      </section>
      {/* Read out from here: an element that was always there is the only one every screen reader listens to. */}
      <div className="sr-only" role="status">
        {toasts
          .filter(({ tone }) => tone !== 'danger')
          .map(spoken)
          .at(-1)}
      </div>
      <div className="sr-only" role="alert">
        {toasts
          .filter(({ tone }) => tone === 'danger')
          .map(spoken)
          .at(-1)}
      </div>
    </>
  )
}

function spoken({ title, description }: Toast): string {
  return description ? `${title} ${description}` : title
}

function ToastCard({ toast: shown }: { toast: Toast }) {
  const { id, tone, title, description, action, durationMs } = shown
  const [held, setHeld] = useState(false)
  const Icon = icons[tone]

  useEffect(() => {
    if (held || durationMs === 0) return
    const timer = setTimeout(() => toast.dismiss(id), durationMs)
    return () => clearTimeout(timer)
  }, [held, durationMs, id])

  return (
    <li
      className="enter flex items-start gap-3 rounded-lg border border-line bg-raised p-3 shadow-pop"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <Icon aria-hidden="true" className={cn('mt-0.5 size-4 shrink-0', iconLook[tone])} />
      <div className="min-w-0 flex-1 [overflow-wrap:anywhere]">
        <p className="font-medium">{title}</p>
        {description && <p className="mt-0.5 text-muted">{description}</p>}
        {action && (
          <button
            type="button"
            className={cn(buttonLook({ size: 'sm' }), 'mt-2')}
            onClick={() => {
              toast.dismiss(id)
              action.onSelect()
            }}
          >
            {action.label}
          </button>
        )}
      </div>
      <button
        type="button"
        aria-label={`Dismiss: ${title}`}
        onClick={() => toast.dismiss(id)}
        className={cn(buttonLook({ variant: 'ghost', size: 'sm', icon: true }), '-mt-1 -mr-1')}
      >
        <X aria-hidden="true" />
      </button>
    </li>
  )
}
