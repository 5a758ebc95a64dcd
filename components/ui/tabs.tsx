'use client'
import { Tabs as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { cn } from '@/lib/client/cn'
import { tabLook } from './tab-look'

export type Tab = { id: string; label: ReactNode; count?: number; content: ReactNode }

type TabsProps = {
  label: string
  tabs: readonly Tab[]
  defaultTab?: string
  value?: string
  onChange?: (id: string) => void
  className?: string
}

/** Parts of one page; arrows walk over them. Parts with an address of their own are `LinkTabs`. */
export function Tabs({ label, tabs, defaultTab, value, onChange, className }: TabsProps) {
  const control = value === undefined ? { defaultValue: defaultTab ?? tabs[0]?.id ?? '' } : { value }
  return (
    <Radix.Root {...control} {...(onChange ? { onValueChange: onChange } : {})} className={cn('min-w-0', className)}>
      <Radix.List aria-label={label} className="flex gap-1 overflow-x-auto border-line border-b">
        {tabs.map((tab) => (
          <Radix.Trigger
            key={tab.id}
            value={tab.id}
            className={cn(tabLook, 'data-[state=active]:border-accent data-[state=active]:text-ink')}
          >
            {tab.label}
            {tab.count !== undefined && <span className="text-muted text-xs tabular-nums">{tab.count}</span>}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.id} value={tab.id} className="pt-4">
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  )
}
