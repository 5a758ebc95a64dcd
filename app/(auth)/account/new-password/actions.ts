'use server'
// The only action that someone with a password chosen by another can call.
import { PasswordChange } from '@/lib/domain/user'
import { changePassword } from '@/lib/use-cases/change-password'
import { action } from '@/lib/web/action'

export const changeFirstPasswordAction = action({
  name: 'account.first-password',
  input: PasswordChange,
  beforePasswordChange: true,
  run: ({ actor, deps, input }) => changePassword(deps, actor, input),
})
