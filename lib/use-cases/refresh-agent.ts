// Has the controller look at an agent now instead of at its next round.
import { notify } from '@/lib/db/notify'
import type { Actor } from '@/lib/domain/actor'
import type { AgentDetail } from '@/lib/domain/agent-view'
import { assertCan } from '@/lib/domain/permissions'
import type { Deps } from './deps'
import { agentDetail } from './get-agent'

export async function refreshAgent({ db }: Deps, actor: Actor, { agentId }: { agentId: string }): Promise<AgentDetail> {
  assertCan(actor, 'agent:manage')
  const detail = await agentDetail(db, agentId)
  await notify(db, 'agents', agentId)
  return detail
}
