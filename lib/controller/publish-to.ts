// The address of an agent on which the ports of its sessions are published.
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { AgentRow } from '@/lib/db/agents-observed'
import { DomainError } from '@/lib/domain/errors'

export async function publishTo(agent: Pick<AgentRow, 'kind' | 'host' | 'publishAddress'>): Promise<string> {
  if (agent.publishAddress) return agent.publishAddress
  if (agent.kind === 'socket' || !agent.host) return '127.0.0.1'
  if (isIP(agent.host)) return agent.host
  // Docker binds to addresses, not to names. IPv4 where there is some: what a host's filters say of published ports is said of IPv4.
  try {
    return (await lookup(agent.host, { order: 'ipv4first' })).address
  } catch (cause) {
    throw new DomainError('agent_unreachable', {
      message: 'The name of the agent has no address.',
      hint: 'Check the spelling and the DNS, or set the agent’s publish address.',
      cause,
    })
  }
}
