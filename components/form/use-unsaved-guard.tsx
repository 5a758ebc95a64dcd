'use client'
// Nobody loses what they typed by a stray click: leaving the page with unsaved changes asks first.
import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'

const back = Symbol('back in the history')

export function useUnsavedGuard(unsaved: boolean) {
  const router = useRouter()
  const [leavingTo, setLeavingTo] = useState<string | typeof back | null>(null)
  const guarded = useRef(unsaved)
  guarded.current = unsaved

  useEffect(() => {
    if (!unsaved) return
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    const ask = (event: MouseEvent) => {
      const href = guarded.current ? linkAway(event) : null
      if (href === null) return
      // Before Next's own handler: it would be gone already.
      event.preventDefault()
      event.stopPropagation()
      setLeavingTo(href)
    }
    // Where the browser lets a page say so; elsewhere Back leaves without a question.
    const { navigation } = window as { navigation?: EventTarget }
    const askBack = (event: Event) => {
      const { navigationType } = event as Event & { navigationType?: string }
      if (!guarded.current || navigationType !== 'traverse' || !event.cancelable) return
      event.preventDefault()
      setLeavingTo(back)
    }
    navigation?.addEventListener('navigate', askBack)
    window.addEventListener('beforeunload', warn)
    document.addEventListener('click', ask, true)
    return () => {
      navigation?.removeEventListener('navigate', askBack)
      window.removeEventListener('beforeunload', warn)
      document.removeEventListener('click', ask, true)
    }
  }, [unsaved])

  function leave(href: string) {
    guarded.current = false
    router.push(href)
  }

  const dialog = (
    <ConfirmDialog
      open={leavingTo !== null}
      onOpenChange={(open) => !open && setLeavingTo(null)}
      title="Leave without saving?"
      confirmLabel="Drop my changes"
      cancelLabel="Stay"
      onConfirm={() => {
        if (leavingTo === null) return
        if (leavingTo !== back) return leave(leavingTo)
        guarded.current = false
        window.history.back()
      }}
    >
      What was changed in this form is not saved yet.
    </ConfirmDialog>
  )
  /** Asks when there is something to lose. */
  const tryLeave = (href: string) => (guarded.current ? setLeavingTo(href) : leave(href))
  return { dialog, leave, tryLeave }
}

/** Where a plain click would lead out of this page; null for anchors, new tabs and downloads. */
function linkAway(event: MouseEvent): string | null {
  if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)
    return null
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href]') : null
  if (!link || link.target === '_blank' || link.hasAttribute('download') || link.origin !== window.location.origin) return null
  if (link.pathname === window.location.pathname && link.search === window.location.search) return null
  return link.pathname + link.search + link.hash
}
