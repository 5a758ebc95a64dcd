// The tab's title: short things first, because a tab shows little.
import type { TimeLeft } from './time-left'

type Titled = { name: string; stateLabel: string; left: TimeLeft | null; reconnecting: boolean }

export function sessionTitle({ name, stateLabel, left, reconnecting }: Titled): string {
  const first = left?.near ? left.text : reconnecting ? 'Reconnecting' : stateLabel
  return `${first} · ${name}`
}
