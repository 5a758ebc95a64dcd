// What the people of a drained agent are told. The message is an administrator's text: shown as text, without anything that moves a line.
import { inertText } from '@/components/ui/inert-text'
import type { SessionView } from '@/lib/domain/session'

const titleLength = 60

/** When it will be stopped, whichever comes first: its own limit, or the end of its agent's service. */
export function endOf({ endsAt, drain }: Pick<SessionView, 'endsAt' | 'drain'>): string | null {
  const deadlineAt = drain?.deadlineAt ?? null
  if (endsAt === null || deadlineAt === null) return endsAt ?? deadlineAt
  return Date.parse(endsAt) < Date.parse(deadlineAt) ? endsAt : deadlineAt
}

export function drainMessage(drain: SessionView['drain']): string | null {
  const text = inertText(drain?.message ?? '').trim()
  return text === '' ? null : text
}

/** For the tab: one line, and not longer than a tab can make use of. */
export function drainTitle(drain: SessionView['drain']): string | null {
  if (drain === null) return null
  const line = (drainMessage(drain) ?? 'Agent leaves service').replace(/\s+/g, ' ')
  return line.length > titleLength ? `${line.slice(0, titleLength - 1).trimEnd()}…` : line
}
