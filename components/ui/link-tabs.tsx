import type { ReactNode } from 'react'
import { cn } from '@/lib/client/cn'
import { AppLink } from './app-link'
import { tabLook } from './tab-look'

export type LinkTab = { href: string; label: ReactNode; current: boolean; count?: number }

/** Tabs with an address each: links, because that is what they are. */
export function LinkTabs({ label, tabs, className }: { label: string; tabs: readonly LinkTab[]; className?: string }) {
  return (
    <nav aria-label={label} className={cn('flex gap-1 overflow-x-auto border-line border-b', className)}>
      {tabs.map((tab) => (
        <AppLink
          key={tab.href}
          href={tab.href}
          scroll={false}
          aria-current={tab.current ? 'page' : undefined}
          className={cn(tabLook, tab.current && 'border-accent! text-ink!')}
        >
          {tab.label}
          {tab.count !== undefined && <span className="text-muted text-xs tabular-nums">{tab.count}</span>}
        </AppLink>
      ))}
    </nav>
  )
}
