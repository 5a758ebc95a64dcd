// Asks whether a connection works. A request of its own and no action: it can be given up, and nothing waits behind it.
import type { AgentCheck } from '@/lib/domain/agent'
import type { AgentConnectionAnswer } from '@/lib/domain/agent-connection'
import type { ActionResult } from '@/lib/domain/failure'
import { getJson } from './get-json'
import { RequestFailure } from './request-failure'

export type ConnectionResult = ActionResult<AgentConnectionAnswer>

const asAnswer = {
  parse(value: unknown): AgentConnectionAnswer {
    if (typeof (value as AgentConnectionAnswer | null)?.ok !== 'boolean') throw new Error('not an answer about a connection')
    return value as AgentConnectionAnswer
  },
}

/** Throws only when it was given up. */
export async function checkConnection(input: AgentCheck, signal: AbortSignal): Promise<ConnectionResult> {
  try {
    return { ok: true, data: await getJson('/api/v1/agents/check', { as: asAnswer, body: input, signal }) }
  } catch (error) {
    if (!(error instanceof RequestFailure)) throw error
    const { code, message, hint, fields } = error
    return { ok: false, code, message, ...(hint ? { hint } : {}), ...(fields ? { fields } : {}) }
  }
}
