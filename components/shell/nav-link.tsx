'use client'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { AppLink } from '@/components/ui/app-link'
import { cn } from '@/lib/client/cn'

export type NavItem = {
  href: string
  label: string
  icon?: ReactNode
  /** Current only on this very page, not on those below it. */
  exact?: boolean
  /** A number that wants someone. */
  badge?: ReactNode
}

type NavLinkProps = NavItem & { look: 'top' | 'side'; onFollow?: () => void }

const looks = {
  top: 'h-8 rounded-md px-2.5 pointer-coarse:h-10',
  side: 'w-full rounded-md px-2.5 py-1.5 pointer-coarse:py-2.5',
} as const

export function NavLink({ href, label, icon, exact = false, badge, look, onFollow }: NavLinkProps) {
  const path = usePathname()
  const current = path === href || (!exact && path.startsWith(`${href}/`))
  return (
    <AppLink
      href={href}
      {...(onFollow ? { onClick: onFollow } : {})}
      aria-current={current ? 'page' : undefined}
      className={cn(
        'flex items-center gap-2.5 font-medium transition-colors [&_svg]:size-4 [&_svg]:shrink-0',
        looks[look],
        current ? 'bg-accent-soft text-accent-ink' : 'text-muted hover:bg-hover hover:text-ink',
      )}
    >
      {icon}
      <span className="min-w-0 flex-1 truncate">{label}</span>
      {badge}
    </AppLink>
  )
}
