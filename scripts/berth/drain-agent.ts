// berth agent drain, agent undrain
import { AgentDrain } from '@/lib/domain/agent-drain'
import { ownerWords } from '@/lib/domain/session-owner'
import { drainAgent, undrainAgent } from '@/lib/use-cases/drain-agent'
import { operatorActor } from '@/lib/use-cases/operator-actor'
import { agentIdOf } from './change-agent'
import { readOptions, UsageError } from './usage-error'
import { withDeps } from './with-deps'

const text = { type: 'string' } as const

export async function drainAgentNow(args: string[]): Promise<void> {
  const { values, positionals } = readOptions(args, { message: text, deadline: text }, 1)
  const name = positionals[0] ?? ''
  const input = AgentDrain.parse({
    ...(values.message === undefined ? {} : { message: values.message }),
    ...(values.deadline === undefined ? {} : { deadlineAt: readDeadline(values.deadline, new Date()) }),
  })
  const agent = await withDeps(async (deps) =>
    drainAgent(deps, operatorActor(), { agentId: await agentIdOf(deps, name), ...input }),
  )
  const until = agent.drain?.deadlineAt ? `; what is left is stopped at ${agent.drain.deadlineAt}` : ''
  console.log(`${agent.name}: Nothing new starts on it${until}.`)
  for (const { imageName, owner, state } of agent.sessions) console.log([ownerWords(owner), imageName, state].join('\t'))
}

export async function undrainAgentNow(args: string[]): Promise<void> {
  const name = readOptions(args, {}, 1).positionals[0] ?? ''
  const agent = await withDeps(async (deps) => undrainAgent(deps, operatorActor(), { agentId: await agentIdOf(deps, name) }))
  console.log(`${agent.name}: In service again.`)
}

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** `90m`, `4h`, `2d` from now, or a time. */
export function readDeadline(given: string, now: Date): string {
  const [, amount, unit] = /^(\d{1,4})([mhd])$/.exec(given) ?? []
  if (amount && unit) return new Date(now.getTime() + Number(amount) * unitMs[unit as keyof typeof unitMs]).toISOString()
  // A number alone would be read as a year.
  const at = new Date(/^\d{4}-/.test(given) ? given : Number.NaN)
  if (Number.isNaN(at.getTime()))
    throw new UsageError('Give --deadline as 90m, 4h or 2d from now, or as a time: 2030-01-31T18:00Z.')
  return at.toISOString()
}
