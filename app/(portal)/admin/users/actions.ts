'use server'
// What administrators do with people.
import { UserCreate } from '@/lib/domain/user'
import { UpdateUser, UserRef } from '@/lib/domain/user-view'
import { createUser } from '@/lib/use-cases/create-user'
import { deleteUser } from '@/lib/use-cases/delete-user'
import { getUser } from '@/lib/use-cases/get-user'
import { resetPassword } from '@/lib/use-cases/reset-password'
import { updateUser } from '@/lib/use-cases/update-user'
import { action } from '@/lib/web/action'

export const createUserAction = action({
  name: 'user.create',
  input: UserCreate,
  run: ({ actor, deps, input }) => createUser(deps, actor, input),
})

export const updateUserAction = action({
  name: 'user.update',
  input: UpdateUser,
  run: ({ actor, deps, input }) => updateUser(deps, actor, input),
})

export const resetPasswordAction = action({
  name: 'user.reset-password',
  input: UserRef,
  run: ({ actor, deps, input }) => resetPassword(deps, actor, input),
})

/** What stands in the way of deleting someone, and what would stay behind: read when the question is asked, not before. */
export const describeUserAction = action({
  name: 'user.describe',
  input: UserRef,
  run: ({ actor, deps, input }) => getUser(deps, actor, input),
})

export const deleteUserAction = action({
  name: 'user.delete',
  input: UserRef,
  run: ({ actor, deps, input }) => deleteUser(deps, actor, input),
})
