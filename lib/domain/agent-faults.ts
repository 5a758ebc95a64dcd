// Errors that say that the agent as a whole cannot be asked: they are no fault of what was to be done there, and cost it no try.
import { type ErrorCode, hasCode } from './errors'

const agentFaults: readonly ErrorCode[] = [
  'agent_unreachable',
  'agent_timeout',
  'agent_tls',
  'agent_ssh',
  'agent_host_key',
  'agent_taken',
  'agent_same_host',
  'agent_other_engine',
  'agent_api_too_old',
]

export function isAgentFault(error: unknown): boolean {
  return hasCode(error, ...agentFaults)
}
