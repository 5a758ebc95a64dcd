'use client'
import { useRouter } from 'next/navigation'
import { ChangePasswordForm } from '@/components/account/change-password-form'
import { Card } from '@/components/ui/card'
import { toast } from '@/components/ui/toast'
import { formatCount } from '@/lib/client/format'
import { changePasswordAction } from './actions'

export function PasswordCard() {
  const router = useRouter()
  return (
    <Card title="Password" description="Changing it signs you out everywhere else.">
      <ChangePasswordForm
        action={changePasswordAction}
        onChanged={(ended) => {
          const description = ended === 0 ? undefined : `${formatCount(ended, 'other sign-in')} ended.`
          toast.ok('Your password is changed', { description })
          router.refresh()
        }}
      />
    </Card>
  )
}
