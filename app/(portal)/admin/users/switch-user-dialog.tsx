'use client'
import { useRouter } from 'next/navigation'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { updateUserAction } from './actions'
import type { UserDialogProps } from './user-dialog-props'

export function SwitchUserDialog({ user, open, onOpenChange }: UserDialogProps) {
  const router = useRouter()
  const disables = !user.disabled
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      tone={disables ? 'danger' : 'normal'}
      title={disables ? `Disable ${user.name}?` : `Enable ${user.name}?`}
      confirmLabel={disables ? `Disable ${user.name}` : `Enable ${user.name}`}
      onConfirm={async () => {
        const result = await updateUserAction({ userId: user.id, disabled: disables })
        if (result.ok) router.refresh()
        return result
      }}
    >
      {disables
        ? 'Signed out everywhere, streams closed and API keys refused within seconds. Sessions go on, so that running work is not lost; stop them on the sessions page.'
        : 'Signing in and API keys work again.'}
    </ConfirmDialog>
  )
}
