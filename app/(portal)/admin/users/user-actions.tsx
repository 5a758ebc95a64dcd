'use client'
import { Ban, CircleCheck, Ellipsis, KeyRound, Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { DropdownMenu, MenuItem, MenuSeparator } from '@/components/ui/dropdown-menu'
import type { UserRow } from '@/lib/domain/user-view'
import { DeleteUserDialog } from './delete-user-dialog'
import { EditUserDialog } from './edit-user-dialog'
import { ResetPasswordDialog } from './reset-password-dialog'
import { SwitchUserDialog } from './switch-user-dialog'

type Asked = 'edit' | 'reset' | 'switch' | 'delete'

export function UserActions({ user, own }: { user: UserRow; own: boolean }) {
  const [asked, setAsked] = useState<Asked | null>(null)
  const dialog = (which: Asked) => ({
    user,
    open: asked === which,
    onOpenChange: (open: boolean) => setAsked(open ? which : null),
  })
  const why = own ? { disabled: true, hint: 'Not on your own account' } : {}
  return (
    <>
      <DropdownMenu label={`Actions for ${user.name}`} icon trigger={<Ellipsis aria-hidden="true" />} size="sm">
        <MenuItem icon={<Pencil />} onSelect={() => setAsked('edit')}>
          Edit
        </MenuItem>
        <MenuItem icon={<KeyRound />} onSelect={() => setAsked('reset')} {...why}>
          Reset password
        </MenuItem>
        <MenuItem icon={user.disabled ? <CircleCheck /> : <Ban />} onSelect={() => setAsked('switch')} {...why}>
          {user.disabled ? 'Enable' : 'Disable'}
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={<Trash2 />} danger onSelect={() => setAsked('delete')} {...why}>
          Delete
        </MenuItem>
      </DropdownMenu>
      <EditUserDialog {...dialog('edit')} own={own} />
      <ResetPasswordDialog {...dialog('reset')} />
      <SwitchUserDialog {...dialog('switch')} />
      <DeleteUserDialog {...dialog('delete')} />
    </>
  )
}
