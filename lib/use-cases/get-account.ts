// What a person sees about himself: what he holds now against what he may hold.
import { getUserRow, toUserView } from '@/lib/db/users'
import type { Actor } from '@/lib/domain/actor'
import type { AccountUsage } from '@/lib/domain/agent-view'
import { assertCan } from '@/lib/domain/permissions'
import type { UserView } from '@/lib/domain/user-view'
import type { Deps } from './deps'
import { effectiveLimits, usageOf } from './user-limits'

export type Account = { user: UserView; usage: AccountUsage; timeLimitSeconds: number | null }

export async function getAccount({ db }: Deps, actor: Actor): Promise<Account> {
  assertCan(actor, 'account:manage', { userId: actor.id })
  const [row, used, limits] = await Promise.all([getUserRow(db, actor.id), usageOf(db, actor.id), effectiveLimits(db, actor.id)])
  return {
    user: toUserView(row),
    usage: {
      sessions: { used: used.sessions, limit: limits.sessions },
      cpuMillis: { used: used.cpuMillis, limit: limits.cpuMillis },
      memoryBytes: { used: used.memoryBytes, limit: limits.memoryBytes },
      gpus: { used: used.gpus, limit: limits.gpus },
    },
    timeLimitSeconds: limits.timeLimitSeconds,
  }
}
