'use client'
import { ChangePasswordForm } from '@/components/account/change-password-form'
import { SignOutButton } from '@/components/account/sign-out-button'
import { changeFirstPasswordAction } from './actions'

export function NewPassword() {
  return (
    <div className="flex flex-col gap-4">
      <ChangePasswordForm
        action={changeFirstPasswordAction}
        presentLabel="Password you were given"
        onChanged={() => window.location.assign('/')}
      />
      <SignOutButton />
    </div>
  )
}
