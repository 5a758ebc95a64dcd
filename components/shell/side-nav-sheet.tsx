'use client'
import { usePathname } from 'next/navigation'
import { useState } from 'react'
import { buttonLook } from '@/components/ui/button'
import { Sheet } from '@/components/ui/sheet'
import { Menu } from '@/components/ui/work-icons'
import { NavLink } from './nav-link'
import type { NavSection } from './nav-section'

type SideNavSheetProps = { label: string; sections: readonly NavSection[] }

/** The same navigation for small screens, behind a button that says where one is. */
export function SideNavSheet({ label, sections }: SideNavSheetProps) {
  const [open, setOpen] = useState(false)
  const path = usePathname()
  const items = sections.flatMap((section) => section.items)
  const current = items.filter((item) => path === item.href || (!item.exact && path.startsWith(`${item.href}/`))).at(-1)
  return (
    <section
      aria-label={`${label}, menu`}
      className="sticky top-(--shell-top) z-10 flex items-center gap-2 border-line border-b bg-surface px-4 py-1.5 sm:px-6 lg:hidden"
    >
      <button
        type="button"
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(true)}
        className={`${buttonLook({ variant: 'ghost', size: 'sm' })} -ml-2.5`}
      >
        <Menu aria-hidden="true" />
        {label}
      </button>
      {current && (
        <span className="truncate text-muted text-xs">
          <span aria-hidden="true">/ </span>
          {current.label}
        </span>
      )}
      <Sheet open={open} onOpenChange={setOpen} title={label} side="left">
        <nav aria-label={label} className="-m-2 flex flex-col gap-5">
          {sections.map((section) => (
            <div key={section.title ?? section.items[0]?.href}>
              {section.title && <p className="mb-1.5 px-2.5 text-muted text-xs">{section.title}</p>}
              <ul className="flex flex-col gap-0.5">
                {section.items.map((item) => (
                  <li key={item.href}>
                    <NavLink {...item} look="side" onFollow={() => setOpen(false)} />
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </nav>
      </Sheet>
    </section>
  )
}
