'use client'
import { type ReactNode, useEffect, useRef } from 'react'

const ROW_LINK = '[data-row-link]'
const STEPS: Record<string, number> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }

/** Lets j, k and the arrows walk over the rows' links; Enter follows one, as it does everywhere. Scrolls sideways where it must. */
export function DataTableKeys({ label, children }: { label: string; children: ReactNode }) {
  const ref = useRef<HTMLElement>(null)

  useEffect(() => {
    function walk(event: KeyboardEvent) {
      const step = stepOf(event)
      if (step === 0) return
      const next = rowAfter([...(ref.current?.querySelectorAll<HTMLElement>(ROW_LINK) ?? [])], step, event.key.length === 1)
      if (!next) return
      event.preventDefault()
      next.focus()
    }
    document.addEventListener('keydown', walk)
    return () => document.removeEventListener('keydown', walk)
  }, [])

  return (
    <section
      ref={ref}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways on narrow screens, so the keyboard must be able to reach it.
      tabIndex={0}
      className="overflow-x-auto focus-visible:-outline-offset-2 xl:overflow-x-visible"
    >
      {children}
    </section>
  )
}

function stepOf(event: KeyboardEvent): number {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return 0
  return STEPS[event.key] ?? 0
}

/** Letters start from anywhere that takes no text; arrows scroll the page unless a row has the focus. */
function rowAfter(links: HTMLElement[], step: number, isLetter: boolean): HTMLElement | undefined {
  const focused = document.activeElement
  if (isTyping(focused)) return
  const at = links.findIndex((link) => link === focused || (isLetter && link.closest('tr')?.contains(focused)))
  if (at >= 0) return links[Math.max(0, Math.min(links.length - 1, at + step))]
  return isLetter && focused === document.body ? links[0] : undefined
}

function isTyping(element: Element | null): boolean {
  return element instanceof HTMLElement && (element.isContentEditable || element.matches('input, textarea, select'))
}
