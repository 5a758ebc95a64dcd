// What a person sees about himself: who he is, what he holds now against what he may hold.
import { getUserRow, toUserView } from '@/lib/db/users'
import type { Actor } from '@/lib/domain/actor'
import type { AccountUsage } from '@/lib/domain/agent-view'
import { assertCan } from '@/lib/domain/permissions'
import type { UserView } from '@/lib/domain/user-view'
import { accountUsage } from './account-usage'
import type { Deps } from './deps'
import { effectiveLimits } from './user-limits'

export type Account = { user: UserView; usage: AccountUsage; timeLimitSeconds: number | null }

export async function getAccount(deps: Deps, actor: Actor): Promise<Account> {
  assertCan(actor, 'account:manage', { userId: actor.id })
  const [row, usage, limits] = await Promise.all([
    getUserRow(deps.db, actor.id),
    accountUsage(deps, actor),
    effectiveLimits(deps.db, actor.id),
  ])
  return { user: toUserView(row), usage, timeLimitSeconds: limits.timeLimitSeconds }
}
