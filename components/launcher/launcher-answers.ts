// What the launcher's live reads answer, looked at just enough to notice a portal of another version.
import type { SessionView } from '@/lib/domain/session'
import type { LaunchTile } from '@/lib/domain/workspace-image-view'

export type MySessionsRead = { now: string; items: readonly SessionView[] }

function itemsOf(value: unknown): unknown[] {
  const items = (value as { items?: unknown } | null)?.items
  if (!Array.isArray(items)) throw new Error('not a list')
  return items
}

export const asTiles = { parse: (value: unknown) => itemsOf(value) as readonly LaunchTile[] }

export const asMySessions = {
  parse(value: unknown): MySessionsRead {
    itemsOf(value)
    return value as MySessionsRead
  },
}
