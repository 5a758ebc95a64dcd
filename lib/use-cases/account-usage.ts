// What a person uses now, beside what he may use.
import type { Actor } from '@/lib/domain/actor'
import type { AccountUsage } from '@/lib/domain/agent-view'
import type { Deps } from './deps'
import { effectiveLimits, usageOf } from './user-limits'

export async function accountUsage({ db }: Deps, actor: Actor): Promise<AccountUsage> {
  const [limits, usage] = await Promise.all([effectiveLimits(db, actor.id), usageOf(db, actor.id)])
  return {
    sessions: { used: usage.sessions, limit: limits.sessions },
    cpuMillis: { used: usage.cpuMillis, limit: limits.cpuMillis },
    memoryBytes: { used: usage.memoryBytes, limit: limits.memoryBytes },
    gpus: { used: usage.gpus, limit: limits.gpus },
  }
}
