import type { ReactNode } from 'react'
import { AppLink } from '@/components/ui/app-link'
import { type NavItem, NavLink } from './nav-link'
import { ProductMark } from './product-mark'

export type TopBarProps = {
  nav?: readonly NavItem[]
  /** Between navigation and user: a search, a warning. */
  tools?: ReactNode
  userMenu?: ReactNode
}

export function TopBar({ nav = [], tools, userMenu }: TopBarProps) {
  return (
    <header className="sticky top-0 z-20 h-(--shell-top) border-line border-b bg-surface">
      <div className="mx-auto flex h-full max-w-[100rem] items-center gap-2 px-4 sm:gap-4 sm:px-6">
        <AppLink href="/" className="flex shrink-0 items-center gap-2 rounded-md font-semibold text-base tracking-tight">
          <ProductMark className="text-accent" />
          <span className="max-[27rem]:sr-only">Berth</span>
        </AppLink>
        {nav.length > 0 && (
          <nav aria-label="Main" className="flex min-w-0 items-center gap-0.5 overflow-x-auto py-1 sm:gap-1">
            {nav.map((item) => (
              <NavLink key={item.href} {...item} look="top" />
            ))}
          </nav>
        )}
        <div className="ml-auto flex shrink-0 items-center gap-2">
          {tools}
          {userMenu}
        </div>
      </div>
    </header>
  )
}
