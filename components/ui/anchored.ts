// Places a popover beside its anchor. The platform does the rest (top layer, light dismiss, Escape, focus); anchor
// positioning in CSS would do this too, but not yet in every browser people sign in with.

export type Side = 'bottom' | 'top'
export type Align = 'start' | 'center' | 'end'

const GAP_PX = 6
const EDGE_PX = 8

export function place(popover: HTMLElement, anchor: Element, side: Side, align: Align): void {
  const at = anchor.getBoundingClientRect()
  const { offsetWidth: width, offsetHeight: height } = popover
  const room = { width: document.documentElement.clientWidth, height: window.innerHeight }

  const below = at.bottom + GAP_PX
  const above = at.top - GAP_PX - height
  const fitsBelow = below + height <= room.height - EDGE_PX
  const fitsAbove = above >= EDGE_PX
  const top = (side === 'bottom' ? fitsBelow || !fitsAbove : !fitsAbove && fitsBelow) ? below : above

  const left = { start: at.left, center: at.left + at.width / 2 - width / 2, end: at.right - width }[align]
  const within = (value: number, size: number, limit: number) => Math.max(EDGE_PX, Math.min(value, limit - size - EDGE_PX))

  popover.style.top = `${Math.round(within(top, height, room.height))}px`
  popover.style.left = `${Math.round(within(left, width, room.width))}px`
}

/** Keeps it there while the page scrolls or changes size; answers how to stop. */
export function keepPlaced(popover: HTMLElement, anchor: Element, side: Side, align: Align): () => void {
  const again = () => place(popover, anchor, side, align)
  again()
  const resized = new ResizeObserver(again)
  resized.observe(popover)
  window.addEventListener('scroll', again, { capture: true, passive: true })
  window.addEventListener('resize', again)
  return () => {
    resized.disconnect()
    window.removeEventListener('scroll', again, { capture: true })
    window.removeEventListener('resize', again)
  }
}

/** Every anchored surface: fixed, without the browser's centring margins, and with text as on a page, wherever its button stands. */
export const anchoredLook =
  'fixed inset-auto m-0 max-h-[min(28rem,calc(100dvh-1rem))] max-w-[calc(100vw-1rem)] text-left font-normal text-sm whitespace-normal'
