'use client'
import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { cn } from '@/lib/client/cn'
import { anchoredLook, keepPlaced, type Side } from './anchored'

export type TooltipProps = {
  content: ReactNode
  /** One focusable thing; text that cannot take focus needs tabIndex={0} to reach everyone. */
  children: ReactNode
  side?: Side
  /** false where the content only repeats the accessible name. */
  describes?: boolean
  className?: string | undefined
}

const DELAY_MS = 350

export function Tooltip({ content, children, side = 'top', describes = true, className }: TooltipProps) {
  const id = useId()
  const wrapper = useRef<HTMLSpanElement>(null)
  const tip = useRef<HTMLSpanElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const [open, setOpen] = useState(false)

  function show(delayMs: number) {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setOpen(true), delayMs)
  }

  function hide(delayMs = 0) {
    clearTimeout(timer.current)
    // A moment of grace lets the pointer cross over to the tip itself.
    timer.current = setTimeout(() => setOpen(false), delayMs)
  }

  useEffect(() => () => clearTimeout(timer.current), [])

  useEffect(() => {
    const popover = tip.current
    if (!(open && popover && wrapper.current)) return
    // "manual": an "auto" popover would close the menu that the anchor stands in.
    popover.showPopover()
    const stop = keepPlaced(popover, wrapper.current, side, 'center')
    const onKey = (event: globalThis.KeyboardEvent) => event.key === 'Escape' && setOpen(false)
    document.addEventListener('keydown', onKey)
    return () => {
      stop()
      document.removeEventListener('keydown', onKey)
    }
  }, [open, side])

  useEffect(() => {
    const target = wrapper.current?.firstElementChild
    if (!(describes && open && target)) return
    const before = target.getAttribute('aria-describedby')
    target.setAttribute('aria-describedby', before ? `${before} ${id}` : id)
    return () => (before ? target.setAttribute('aria-describedby', before) : target.removeAttribute('aria-describedby'))
  }, [describes, open, id])

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it listens for the child, which is what people reach and press.
    <span
      ref={wrapper}
      className={cn('inline-flex align-middle', className)}
      onPointerEnter={(event) => event.pointerType === 'mouse' && show(DELAY_MS)}
      onPointerLeave={() => hide(100)}
      onPointerDown={() => hide()}
      onFocus={(event) => event.target.matches(':focus-visible') && show(0)}
      onBlur={() => hide()}
    >
      {children}
      {open && (
        <span
          ref={tip}
          id={id}
          popover="manual"
          role="tooltip"
          className={cn(anchoredLook, 'enter w-max max-w-72! rounded-md bg-ink px-2.5 py-1.5 text-canvas text-xs! shadow-pop')}
        >
          {content}
        </span>
      )}
    </span>
  )
}
