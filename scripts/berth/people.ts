// berth user create, berth user reset-password
import { findUserByName } from '@/lib/db/users'
import { DomainError } from '@/lib/domain/errors'
import { UserCreate } from '@/lib/domain/user'
import type { UserView } from '@/lib/domain/user-view'
import { createUser } from '@/lib/use-cases/create-user'
import type { Deps } from '@/lib/use-cases/deps'
import { operatorActor } from '@/lib/use-cases/operator-actor'
import { resetPassword } from '@/lib/use-cases/reset-password'
import { readOptions } from './usage-error'
import { withDeps } from './with-deps'

export async function addUser(args: string[]): Promise<void> {
  const options = { admin: { type: 'boolean' }, 'display-name': { type: 'string' } } as const
  const { values, positionals } = readOptions(args, options, 1)
  const input = UserCreate.parse({
    name: positionals[0],
    role: values.admin ? 'admin' : 'user',
    displayName: values['display-name'] ?? '',
  })
  const { user, password } = await withDeps((deps) => createUser(deps, operatorActor(), input))
  console.error(`Made ${user.name} (${user.role}). The password is replaced at the first sign-in:`)
  console.log(password)
}

export async function resetUserPassword(args: string[]): Promise<void> {
  const { positionals } = readOptions(args, {}, 1)
  const [name = ''] = positionals
  const { password } = await withDeps(async (deps) => {
    const { id } = await getPerson(deps, name)
    return await resetPassword(deps, operatorActor(), { userId: id })
  })
  console.error(`A new password for ${name}, whose sign-ins have ended. It is replaced at the next one:`)
  console.log(password)
}

export async function getPerson({ db }: Deps, name: string): Promise<UserView> {
  const user = await findUserByName(db, name)
  if (user) return user
  throw new DomainError('not_found', {
    message: `There is nobody named ${JSON.stringify(name)}.`,
    hint: 'Names are those used to sign in.',
  })
}
