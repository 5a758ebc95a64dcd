'use server'
// What people change about their own account.
import { PasswordChange } from '@/lib/domain/user'
import { ApiKeyCreate, ApiKeyRef, SignInRef } from '@/lib/domain/user-view'
import { changePassword } from '@/lib/use-cases/change-password'
import { createApiKey } from '@/lib/use-cases/create-api-key'
import { endSignIn } from '@/lib/use-cases/end-sign-in'
import { revokeApiKey } from '@/lib/use-cases/revoke-api-key'
import { action } from '@/lib/web/action'

export const changePasswordAction = action({
  name: 'account.change-password',
  input: PasswordChange,
  run: ({ actor, deps, input }) => changePassword(deps, actor, input),
})

export const endSignInAction = action({
  name: 'sign-in.end',
  input: SignInRef,
  run: ({ actor, deps, input }) => endSignIn(deps, actor, input),
})

export const createApiKeyAction = action({
  name: 'api-key.create',
  input: ApiKeyCreate,
  run: ({ actor, deps, input }) => createApiKey(deps, actor, input),
})

export const revokeApiKeyAction = action({
  name: 'api-key.revoke',
  input: ApiKeyRef,
  run: ({ actor, deps, input }) => revokeApiKey(deps, actor, input),
})
