// Which agents have something to do that no session tells of: one question for the whole fleet instead of several for each agent.
import { workingSaveStates } from '@/lib/domain/image-save'
import type { Tx } from './client'

export type AgentWork = { agentId: string; kind: 'save' | 'push' | 'pull' }

export async function loadAgentWork(tx: Tx, now: Date): Promise<AgentWork[]> {
  return tx.$queryRaw<AgentWork[]>`
    SELECT DISTINCT "agentId", 'save' AS kind FROM "ImageSave" WHERE state::text = ANY(${[...workingSaveStates]})
    UNION SELECT "agentId", 'push' FROM "ImagePush" WHERE state IN ('waiting', 'pushing')
    UNION SELECT "agentId", 'pull' FROM "AgentPull" WHERE state = 'failed' AND ("nextTryAt" IS NULL OR "nextTryAt" <= ${now})`
}

/** Changes with what agents are to have beforehand: workspaces, what their tags name, and which builds there are anywhere to copy. */
export async function loadCatalogueMark(tx: Tx): Promise<string> {
  const [row] = await tx.$queryRaw<{ mark: string }[]>`
    SELECT concat_ws(' ',
      (SELECT concat(count(*), ' ', sum(hashtextextended(concat(id, ' ', xmin), 0))) FROM "WorkspaceImage"),
      (SELECT concat(count(*), ' ', sum(hashtextextended(concat(reference, ' ', digest), 0))) FROM "ImageTag"),
      (SELECT concat(count(*), ' ', sum(hashtextextended(concat(reference, ' ', "imageId", ' ', digest), 0)))
        FROM (SELECT DISTINCT reference, "imageId", digest FROM "AgentImage") i)) AS mark`
  return row?.mark ?? ''
}
