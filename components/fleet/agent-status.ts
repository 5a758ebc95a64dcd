// What an agent is doing, as a shape, a tone and words; the words are the same in the list, on its page and in the overview.
import type { StateIcon } from '@/components/ui/state-pill'
import type { Tone } from '@/components/ui/tone'
import type { AgentStanding } from '@/lib/domain/agent-standing'

export type AgentLook = { label: string; icon: StateIcon; tone: Tone }

export const agentLooks: Record<AgentStanding, AgentLook> = {
  up: { label: 'Up', icon: 'ok', tone: 'ok' },
  slow: { label: 'Slow', icon: 'warning', tone: 'warn' },
  drained: { label: 'Drained', icon: 'paused', tone: 'warn' },
  unreachable: { label: 'Unreachable', icon: 'disconnected', tone: 'danger' },
  new: { label: 'Not seen yet', icon: 'waiting', tone: 'accent' },
  disabled: { label: 'Switched off', icon: 'stopped', tone: 'neutral' },
}

const ways: Record<string, string> = {
  bridge: 'at the container’s own address on the Docker bridge',
  loopback: 'at a published port on 127.0.0.1',
  published: 'at a published port on the agent’s address',
}

/** How the gateway gets to a session of the agent, as it was last found out. */
export function reachWords(reachedBy: string | null): string {
  if (reachedBy === null) return 'not known yet: it is found out at the first start'
  return ways[reachedBy] ?? reachedBy
}
