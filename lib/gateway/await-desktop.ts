// A viewer that comes before its desktop: its WebSocket is held until the way is known, so that no journey of the browser lies between
// the desktop's first answer and the first picture.
import type { Duplex } from 'node:stream'
import type { LiveGrant } from './admissions'
import { UpstreamFailure } from './connection'
import { Refusal } from './refusal'
import { watchWaiting } from './watch-waiting'

export type AwaitDesktop = {
  client: Duplex
  grant: LiveGrant
  /** The right as it is now; throws when it has ended. */
  admit(): Promise<LiveGrant>
  /** Settles with the next reading of routes. */
  nextReading(): Promise<void>
  isClosing(): boolean
  holdMs: number
}

export const mayAwait = ({ route }: LiveGrant) => route.fitsViewer && route.state === 'starting' && !route.agentUnreachable

/** Answers with the right as soon as there is a way, or as soon as there will be none; the caller looks which. */
export async function awaitDesktop({
  client,
  admit,
  nextReading,
  isClosing,
  holdMs,
  ...start
}: AwaitDesktop): Promise<LiveGrant> {
  let { grant } = start
  let over = false
  let wake = () => {}
  const end = () => {
    over = true
    wake()
  }
  const timer = setTimeout(end, holdMs)
  const waiting = watchWaiting(client, end)
  try {
    while (!over && !grant.route.target && mayAwait(grant)) {
      await Promise.race([
        nextReading(),
        new Promise<void>((resolve) => {
          wake = resolve
        }),
      ])
      if (waiting.hasLeft()) throw new UpstreamFailure('gone')
      if (isClosing()) throw new Refusal('closing')
      grant = await admit()
    }
    if (waiting.hasLeft()) throw new UpstreamFailure('gone')
    return grant
  } finally {
    clearTimeout(timer)
    waiting.end()
  }
}
