'use client'
import { useRouter } from 'next/navigation'
import { type ComponentProps, type MouseEvent, useTransition } from 'react'

export type AppLinkProps = Omit<ComponentProps<'a'>, 'href'> & {
  href: string
  /** false keeps the page where it is scrolled: sorting, paging, tabs. */
  scroll?: boolean | undefined
}

/**
 * A link within the portal, without a reload. Next's own link weighs 4 kB and asks the server for every page it points to as soon
 * as it is seen; pages here are made for each request, so a table of links would be a burst of work for pages nobody opens.
 */
export function AppLink({ href, scroll = true, onClick, ...rest }: AppLinkProps) {
  const router = useRouter()
  // Busy until the page is there: after 400 ms that shows as a line on top of the window (globals.css).
  const [pending, startTransition] = useTransition()

  function follow(event: MouseEvent<HTMLAnchorElement>) {
    onClick?.(event)
    if (!staysHere(event)) return
    event.preventDefault()
    startTransition(() => router.push(href, { scroll }))
  }

  return <a {...rest} href={href} aria-busy={pending || undefined} onClick={follow} />
}

/** A plain click on a link of this origin; everything else (new tab, download, another site) is the browser's. */
function staysHere(event: MouseEvent<HTMLAnchorElement>): boolean {
  const { currentTarget: link } = event
  const modified = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0
  const elsewhere =
    link.origin !== window.location.origin || link.hasAttribute('download') || (link.target || '_self') !== '_self'
  return !(event.defaultPrevented || modified || elsewhere)
}
