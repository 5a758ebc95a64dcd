'use client'
import type { ReactNode } from 'react'
import { Avatar } from '@/components/ui/avatar'
import { DropdownMenu, MenuSeparator } from '@/components/ui/dropdown-menu'

type UserMenuProps = {
  name: string
  /** Under the name: "Administrator". */
  detail?: string
  /** MenuLink and MenuItem: account, signing out. */
  children: ReactNode
}

export function UserMenu({ name, detail, children }: UserMenuProps) {
  return (
    <DropdownMenu label={`Account of ${name}`} icon trigger={<Avatar name={name} />} className="rounded-full!">
      <div className="px-2.5 py-1.5">
        <p className="max-w-56 truncate font-medium">{name}</p>
        {detail && <p className="text-muted text-xs">{detail}</p>}
      </div>
      <MenuSeparator />
      {children}
    </DropdownMenu>
  )
}
