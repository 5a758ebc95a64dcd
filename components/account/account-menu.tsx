'use client'
import { UserMenu } from '@/components/shell/user-menu'
import { MenuItem, MenuLink } from '@/components/ui/dropdown-menu'
import { KeyRound, LogOut } from '@/components/ui/icons'
import { leave } from './leave'

export function AccountMenu({ name, administrator }: { name: string; administrator: boolean }) {
  return (
    <UserMenu name={name} {...(administrator ? { detail: 'Administrator' } : {})}>
      <MenuLink href="/account" icon={<KeyRound />}>
        Account
      </MenuLink>
      <MenuItem icon={<LogOut />} onSelect={() => void leave()}>
        Sign out
      </MenuItem>
    </UserMenu>
  )
}
