// What the form offers to choose from: categories in use, groups and directories that agents have.
import 'server-only'
import type { Known } from '@/components/image-form/image-form-context'
import type { Actor } from '@/lib/domain/actor'
import { pageAgents } from '@/lib/use-cases/list-agents'
import { listCategories } from '@/lib/use-cases/list-images'
import { deps } from '@/lib/web/deps'

const mostAgents = 200

export async function knownOf(actor: Actor): Promise<Known> {
  const [categories, agents] = await Promise.all([
    listCategories(deps(), actor),
    pageAgents(deps(), actor, { limit: mostAgents }),
  ])
  const offered = new Map<string, string[]>()
  for (const agent of agents.items) {
    for (const path of agent.bindPaths) offered.set(path, [...(offered.get(path) ?? []), agent.name])
  }
  return {
    categories,
    groups: [...new Set(agents.items.flatMap((agent) => agent.groups))].sort(),
    bindPaths: [...offered].map(([path, names]) => ({ path, agents: names })).sort((a, b) => (a.path < b.path ? -1 : 1)),
  }
}
