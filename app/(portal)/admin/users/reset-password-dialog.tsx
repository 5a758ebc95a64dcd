'use client'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { Dialog } from '@/components/ui/dialog'
import { resetPasswordAction } from './actions'
import { FirstPassword } from './new-user-button'
import type { UserDialogProps } from './user-dialog-props'

export function ResetPasswordDialog({ user, open, onOpenChange }: UserDialogProps) {
  const router = useRouter()
  const [password, setPassword] = useState<string | null>(null)

  function done() {
    setPassword(null)
    router.refresh()
  }

  return (
    <>
      <ConfirmDialog
        open={open}
        onOpenChange={onOpenChange}
        tone="normal"
        title={`Reset the password of ${user.name}?`}
        confirmLabel="Reset password"
        onConfirm={async () => {
          const result = await resetPasswordAction({ userId: user.id })
          if (result.ok) setPassword(result.data.password)
          return result
        }}
      >
        A new random password is made and {user.name} is signed out everywhere. API keys are refused until a new password is
        chosen; sessions go on.
      </ConfirmDialog>
      <Dialog
        open={password !== null}
        onOpenChange={done}
        dismissible={false}
        title={`New password of ${user.name}`}
        footer={
          <Button variant="primary" onClick={done}>
            Done
          </Button>
        }
      >
        <FirstPassword password={password ?? ''} />
      </Dialog>
    </>
  )
}
