'use client'
import { ChangePasswordForm } from '@/components/account/change-password-form'
import { SignOutButton } from '@/components/account/sign-out-button'
import { changeFirstPasswordAction } from './actions'

export function NewPassword() {
  return (
    <div className="flex flex-col gap-4">
      <ChangePasswordForm action={changeFirstPasswordAction} onChanged={() => window.location.assign('/')} />
      <SignOutButton />
    </div>
  )
}
