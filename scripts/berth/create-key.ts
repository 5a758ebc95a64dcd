// berth api-key create
import { ApiKeyCreate } from '@/lib/domain/user-view'
import { createApiKey } from '@/lib/use-cases/create-api-key'
import { operatorActor } from '@/lib/use-cases/operator-actor'
import { getPerson } from './people'
import { readOptions, UsageError } from './usage-error'
import { withDeps } from './with-deps'

export async function createKey(args: string[]): Promise<void> {
  const options = { user: { type: 'string' }, name: { type: 'string' }, days: { type: 'string' } } as const
  const { values } = readOptions(args, options, 0)
  const { user } = values
  if (!user) throw new UsageError('Whose key? Give --user NAME.')
  const input = ApiKeyCreate.parse({
    name: values.name ?? 'command line',
    ...(values.days === undefined ? {} : { expiresInDays: Number(values.days) }),
  })
  const { key } = await withDeps(async (deps) => {
    const { id } = await getPerson(deps, user)
    return await createApiKey(deps, operatorActor(), { ...input, userId: id })
  })
  console.error(`A key for ${user}. It is shown this once:`)
  console.log(key)
}
