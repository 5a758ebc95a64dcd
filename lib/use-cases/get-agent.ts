// One agent with its GPUs, images and sessions; administrators only.
import { sourceNames } from '@/lib/db/agent-pulls'
import { agentDetailInclude, toAgentDetail } from '@/lib/db/agent-views'
import type { Tx } from '@/lib/db/client'
import type { Actor } from '@/lib/domain/actor'
import type { AgentDetail } from '@/lib/domain/agent-view'
import { DomainError } from '@/lib/domain/errors'
import { assertCan } from '@/lib/domain/permissions'
import type { Deps } from './deps'

export async function getAgent({ db }: Deps, actor: Actor, { agentId }: { agentId: string }): Promise<AgentDetail> {
  assertCan(actor, 'agent:view')
  return agentDetail(db, agentId)
}

export async function agentDetail(tx: Tx, agentId: string): Promise<AgentDetail> {
  const row = await tx.agent.findFirst({ where: { id: agentId, removedAt: null }, include: agentDetailInclude })
  if (!row) throw new DomainError('not_found', { message: 'There is no such agent.' })
  return toAgentDetail(row, await sourceNames(tx, row.pulls))
}
