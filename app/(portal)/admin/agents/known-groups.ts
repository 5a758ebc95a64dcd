// Labels that agents already carry, to choose from.
import 'server-only'
import type { Actor } from '@/lib/domain/actor'
import { pageAgents } from '@/lib/use-cases/list-agents'
import { deps } from '@/lib/web/deps'

export async function knownGroups(actor: Actor): Promise<string[]> {
  const agents = await pageAgents(deps(), actor, { limit: 200 })
  return [...new Set(agents.items.flatMap((agent) => agent.groups))].sort()
}
