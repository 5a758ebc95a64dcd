// People over the API, for administrators.
import { z } from 'zod'
import { pageOf } from '@/app/api/v1/answers'
import { CreatedUserAnswer, DeletedUserAnswer, UserAnswer, UserDetailAnswer, UserRowAnswer } from '@/app/api/v1/people-answers'
import { Id } from '@/lib/domain/ids'
import { CursorQuery } from '@/lib/domain/page'
import { UserCreate, UserPatch } from '@/lib/domain/user'
import { createUser } from '@/lib/use-cases/create-user'
import { deleteUser } from '@/lib/use-cases/delete-user'
import { getUser } from '@/lib/use-cases/get-user'
import { pageUsers } from '@/lib/use-cases/list-users'
import { updateUser } from '@/lib/use-cases/update-user'
import { operation } from '@/lib/web/operation'

const params = z.object({ userId: Id })

export const listUsers = operation({
  name: 'user.list',
  method: 'GET',
  path: '/users',
  summary: 'List people',
  query: CursorQuery,
  answer: pageOf(UserRowAnswer),
  run: ({ actor, deps, query }) => pageUsers(deps, actor, query),
})

export const createUserOperation = operation({
  name: 'user.create',
  method: 'POST',
  path: '/users',
  summary: 'Create a person. Without `password` a random one is made and answered this once',
  body: UserCreate,
  status: 201,
  answer: CreatedUserAnswer,
  run: ({ actor, deps, input }) => createUser(deps, actor, input),
})

export const getUserOperation = operation({
  name: 'user.get',
  method: 'GET',
  path: '/users/{userId}',
  summary: 'Get a person with sessions and homes',
  params,
  answer: UserDetailAnswer,
  run: ({ actor, deps, params: { userId } }) => getUser(deps, actor, { userId }),
})

export const updateUserOperation = operation({
  name: 'user.update',
  method: 'PATCH',
  path: '/users/{userId}',
  summary: 'Change a person; disabling ends sign-ins and API keys at once, sessions go on',
  params,
  body: UserPatch,
  answer: UserAnswer,
  run: ({ actor, deps, params: { userId }, input }) => updateUser(deps, actor, { ...input, userId }),
})

export const deleteUserOperation = operation({
  name: 'user.delete',
  method: 'DELETE',
  path: '/users/{userId}',
  summary: 'Delete a person without sessions; answers the volumes that stay on agents',
  params,
  answer: DeletedUserAnswer,
  run: ({ actor, deps, params: { userId } }) => deleteUser(deps, actor, { userId }),
})
