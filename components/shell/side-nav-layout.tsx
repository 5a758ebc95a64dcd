import type { ReactNode } from 'react'
import { PageBody } from './app-shell'
import { NavLink } from './nav-link'
import type { NavSection } from './nav-section'
import { SideNavSheet } from './side-nav-sheet'

type SideNavLayoutProps = {
  /** Names the navigation: "Administration". */
  label: string
  sections: readonly NavSection[]
  children: ReactNode
}

/** Navigation at the side; on small screens a bar that opens it as a sheet. Goes inside `AppShell width="wide"`. */
export function SideNavLayout({ label, sections, children }: SideNavLayoutProps) {
  return (
    <div className="mx-auto flex max-w-[100rem] flex-col lg:flex-row">
      <SideNavSheet label={label} sections={sections} />
      <aside className="sticky top-(--shell-top) hidden h-[calc(100dvh-var(--shell-top))] w-56 shrink-0 overflow-y-auto border-line border-r px-3 py-5 lg:block">
        <nav aria-label={label} className="flex flex-col gap-5">
          {sections.map((section) => (
            <SectionLinks key={section.title ?? section.items[0]?.href} section={section} />
          ))}
        </nav>
      </aside>
      <PageBody className="max-w-none flex-1">{children}</PageBody>
    </div>
  )
}

function SectionLinks({ section }: { section: NavSection }) {
  return (
    <div>
      {section.title && <p className="mb-1.5 px-2.5 text-muted text-xs">{section.title}</p>}
      <ul className="flex flex-col gap-0.5">
        {section.items.map((item) => (
          <li key={item.href}>
            <NavLink {...item} look="side" />
          </li>
        ))}
      </ul>
    </div>
  )
}
