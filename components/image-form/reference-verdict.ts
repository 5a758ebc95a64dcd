// What came of asking the agents about a reference, in one sentence.
import { formatBytes } from '@/lib/client/format'
import type { Failure } from '@/lib/domain/failure'
import type { ReferenceCheck } from './image-form-context'

export type CheckState =
  | { kind: 'none' }
  | { kind: 'asking' }
  | { kind: 'answered'; check: ReferenceCheck }
  | { kind: 'failed'; failure: Failure }

export type Verdict = { tone: 'ok' | 'warn' | 'unknown'; text: string }

export function referenceVerdict(state: CheckState): Verdict | null {
  if (state.kind === 'asking') return { tone: 'unknown', text: 'Asking the agents…' }
  if (state.kind === 'failed') return { tone: 'unknown', text: sentences(state.failure.message, state.failure.hint) }
  if (state.kind === 'none') return null
  return answered(state.check)
}

function answered(check: ReferenceCheck): Verdict {
  const verdict = whereItIs(check)
  const [first, ...others] = check.tight
  if (!first) return verdict
  const and = others.length > 0 ? ` and ${others.length} more` : ''
  const text = `It may not fit on ${first.agentName}${and}: it takes up to ${formatBytes(first.needBytes)}, and ${formatBytes(first.roomBytes)} may be used there.`
  return { tone: verdict.tone === 'ok' ? 'warn' : verdict.tone, text: sentences(verdict.text, text) }
}

function whereItIs({ present, pullable, problem, hint }: ReferenceCheck): Verdict {
  const where = listed(present.map((agent) => agent.agentName))
  if (present.length > 0) {
    const rest = pullable === true ? ' Other agents can pull it.' : pullable === false ? ' Other agents cannot pull it.' : ''
    return { tone: 'ok', text: `It is on ${where}: it starts there at once.${rest}` }
  }
  if (pullable === true) return { tone: 'ok', text: 'It is on no agent yet and can be pulled: the first launch takes longer.' }
  if (pullable === false) return { tone: 'warn', text: sentences('It is on no agent and cannot be pulled.', problem, hint) }
  return { tone: 'unknown', text: sentences('It is on no agent; whether it can be pulled is not known.', problem, hint) }
}

function listed(names: string[]): string {
  if (names.length <= 3) return names.join(', ')
  return `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
}

function sentences(...parts: (string | null | undefined)[]): string {
  return parts.filter(Boolean).join(' ')
}
