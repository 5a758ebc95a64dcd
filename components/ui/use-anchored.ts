'use client'
import { type RefObject, useEffect, useRef, useState } from 'react'
import { type Align, keepPlaced, type Side } from './anchored'

type Anchored = {
  anchor: RefObject<HTMLButtonElement | null>
  popover: RefObject<HTMLDivElement | null>
  open: boolean
  /** For the popover's onToggle: the platform opens and closes, this follows. */
  follow: (event: { newState: string }) => void
}

/** A button and the popover it opens, kept beside each other while it is open. */
export function useAnchored(side: Side, align: Align): Anchored {
  const anchor = useRef<HTMLButtonElement>(null)
  const popover = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState(false)

  useEffect(() => {
    if (!(open && popover.current && anchor.current)) return
    return keepPlaced(popover.current, anchor.current, side, align)
  }, [open, side, align])

  return { anchor, popover, open, follow: (event) => setOpen(event.newState === 'open') }
}
