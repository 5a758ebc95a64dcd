// The tab's title: short things first, because a tab shows little.
import type { TimeLeft } from './time-left'

type Titled = { name: string; stateLabel: string; left: TimeLeft | null; reconnecting: boolean; notice?: string | null }

export function sessionTitle({ name, stateLabel, left, reconnecting, notice = null }: Titled): string {
  const first = left?.near ? left.text : reconnecting ? 'Reconnecting' : notice === null ? stateLabel : null
  return [first, notice, name].filter((part) => part !== null).join(' · ')
}
