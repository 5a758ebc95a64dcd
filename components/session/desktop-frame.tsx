'use client'
import { type RefObject, useEffect } from 'react'
import type { DesktopConnection } from './desktop-connection'

type DesktopFrameProps = {
  connection: DesktopConnection
  frame: RefObject<HTMLIFrameElement | null>
  name: string
  onLoad: () => void
}

/** The desktop itself: a page of another origin, which may do as little as a desktop needs. */
export function DesktopFrame({ connection, frame, name, onLoad }: DesktopFrameProps) {
  const { phase, url } = connection
  const connected = phase === 'connected'

  useEffect(() => {
    const focused = document.activeElement
    // Whoever is writing into the bar or a dialog goes on writing there.
    if (connected && (focused === null || focused === document.body || focused === frame.current)) frame.current?.focus()
  }, [connected, frame])

  useEffect(() => {
    // A click into the frame is no event of this page, so what opened above it would stay open.
    const onBlur = () => {
      if (document.activeElement !== frame.current) return
      for (const open of document.querySelectorAll<HTMLElement>('[popover=auto]:popover-open')) open.hidePopover()
    }
    window.addEventListener('blur', onBlur)
    return () => window.removeEventListener('blur', onBlur)
  }, [frame])

  if (url === null) return null
  return (
    <iframe
      // Its own element for each try: navigating one would fill the browser's history with dead tickets.
      key={connection.frame}
      ref={frame}
      src={url}
      onLoad={onLoad}
      title={`Desktop of ${name}`}
      data-testid="desktop-frame"
      data-phase={phase}
      // Its own scripts on its own origin, and nothing of ours: no windows, no top navigation, no forms, no downloads, no modals.
      sandbox="allow-scripts allow-same-origin allow-pointer-lock"
      allow="clipboard-read; clipboard-write; fullscreen; keyboard-map; autoplay"
      referrerPolicy="no-referrer"
      tabIndex={connected ? 0 : -1}
      className="absolute inset-0 size-full border-0 bg-black"
    />
  )
}
