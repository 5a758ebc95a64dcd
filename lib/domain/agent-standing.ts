// What is to be said of an agent in one word. What an administrator said and what was seen both count; the worst comes first.
import type { AgentStatus } from './agent'

export const agentStandings = ['unreachable', 'disabled', 'new', 'drained', 'slow', 'up'] as const
export type AgentStanding = (typeof agentStandings)[number]

type Facts = { enabled: boolean; status: AgentStatus; drainedAt: Date | string | null; slowSince: Date | string | null }

export function agentStanding({ enabled, status, drainedAt, slowSince }: Facts): AgentStanding {
  if (status === 'unreachable') return 'unreachable'
  if (!enabled) return 'disabled'
  if (status === 'new') return 'new'
  if (drainedAt !== null) return 'drained'
  return slowSince === null ? 'up' : 'slow'
}
