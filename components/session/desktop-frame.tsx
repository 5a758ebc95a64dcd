'use client'
import { type RefObject, useEffect } from 'react'
import { allowsIn, allowsOut, type TransferPolicy } from '@/lib/domain/transfer-policy'
import type { DesktopConnection } from './desktop-connection'

type DesktopFrameProps = {
  connection: DesktopConnection
  frame: RefObject<HTMLIFrameElement | null>
  name: string
  clipboard: TransferPolicy
  onLoad: () => void
}

/** What it may read of the browser's clipboard goes in, what it may write there came out. */
function permissionsOf(clipboard: TransferPolicy): string {
  const own = [allowsIn(clipboard) && 'clipboard-read', allowsOut(clipboard) && 'clipboard-write']
  return [...own, 'fullscreen', 'keyboard-map', 'autoplay'].filter(Boolean).join('; ')
}

/** The desktop itself: a page of another origin, which may do as little as a desktop needs. */
export function DesktopFrame({ connection, frame, name, clipboard, onLoad }: DesktopFrameProps) {
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
      allow={permissionsOf(clipboard)}
      referrerPolicy="no-referrer"
      tabIndex={connected ? 0 : -1}
      className="absolute inset-0 size-full border-0 bg-black"
    />
  )
}
