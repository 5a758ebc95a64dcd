import type { ReactNode } from 'react'
import { cn } from '@/lib/client/cn'
import { SkipLink } from './skip-link'
import { TopBar, type TopBarProps } from './top-bar'

type AppShellProps = TopBarProps & {
  children: ReactNode
  /** "page" centres and pads; "wide" leaves that to a side navigation or the page itself. */
  width?: 'page' | 'wide'
}

/** What stands around every page of someone who is signed in. */
export function AppShell({ children, width = 'page', ...topBar }: AppShellProps) {
  return (
    <>
      <SkipLink />
      <TopBar {...topBar} />
      {width === 'page' ? <PageBody>{children}</PageBody> : children}
    </>
  )
}

/** The page's own part: the one `main`, where the skip link leads. */
export function PageBody({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <main
      id="main"
      tabIndex={-1}
      className={cn('mx-auto w-full min-w-0 max-w-[88rem] px-4 py-6 outline-none sm:px-6', className)}
    >
      {children}
    </main>
  )
}
