// What is seen of how each session is used: viewers, bytes, and when a person last did something. Idle rules stand on this, so chatter must never count.
import type { Db } from '@/lib/db/client'
import { recordFirstViewer } from '@/lib/db/gateway-routes'
import type { Clock } from '@/lib/domain/clock'
import type { Log } from '@/lib/log'
import { type ActivityWriter, writeActivity } from './activity-writer'
import { followClientFrames } from './client-frames'
import type { Taps } from './splice'

type Options = { db: Db; clock: Clock; log: Log; writeEveryMs?: number }

export type Bytes = { up: number; down: number }
export type StreamActivity = Taps & {
  readonly bytes: Bytes
  /** Its two sides are joined: from now on there is a viewer. */
  begin(): void
  end(): void
}

export type Activity = Pick<ActivityWriter, 'flush' | 'close'> & {
  /** `start` names one start of the container: each has a first picture of its own. */
  watch(sessionId: string, start: string): StreamActivity
  lastInputAt(sessionId: string): Date | null
  /** Of all streams, those that have ended among them: only ever grows. */
  readonly bytes: Readonly<Bytes>
}

/** What one session's streams came to in this process, and how much of it stands in its row. */
export type Tally = {
  viewers: number
  lastInputAt: Date | null
  /** Of streams that are open; those of ended ones are added up in `ended`. */
  open: Set<Bytes>
  ended: Bytes
  written: Bytes & { viewers: number; lastInputAt: Date | null }
}

export function watchActivity({ db, clock, log, writeEveryMs }: Options): Activity {
  const tallies = new Map<string, Tally>()
  const writer = writeActivity({ db, log, tallies, ...(writeEveryMs === undefined ? {} : { everyMs: writeEveryMs }) })
  const seen = new Map<string, string>()
  const total: Bytes = { up: 0, down: 0 }

  function tallyOf(sessionId: string): Tally {
    const known = tallies.get(sessionId)
    if (known) return known
    const written = { up: 0, down: 0, viewers: 0, lastInputAt: null }
    const tally: Tally = { viewers: 0, lastInputAt: null, open: new Set(), ended: { up: 0, down: 0 }, written }
    tallies.set(sessionId, tally)
    return tally
  }

  function onPicture(sessionId: string, start: string): void {
    if (seen.get(sessionId) === start) return
    seen.set(sessionId, start)
    recordFirstViewer(db, sessionId, clock.now()).catch((error: unknown) => {
      seen.delete(sessionId)
      log.warn({ err: error, session: sessionId }, 'The first viewer could not be written')
    })
  }

  return {
    watch(sessionId, start) {
      const tally = tallyOf(sessionId)
      const taps = watchStream(total, {
        onHumanInput() {
          tally.lastInputAt = clock.now()
          writer.inTime()
        },
        onPicture: () => onPicture(sessionId, start),
      })
      return { ...taps, ...countViewer(tally, taps.bytes, writer) }
    },
    lastInputAt: (sessionId) => tallies.get(sessionId)?.lastInputAt ?? null,
    bytes: total,
    flush: writer.flush,
    close: writer.close,
  }
}

function countViewer(tally: Tally, bytes: Bytes, writer: ActivityWriter): Pick<StreamActivity, 'begin' | 'end'> {
  let isViewer = false
  tally.open.add(bytes)
  return {
    begin() {
      if (isViewer || !tally.open.has(bytes)) return
      isViewer = true
      tally.viewers++
      writer.soon()
    },
    end() {
      if (!tally.open.delete(bytes)) return
      tally.ended.up += bytes.up
      tally.ended.down += bytes.down
      if (isViewer) tally.viewers--
      writer.soon()
    },
  }
}

type Seen = { onHumanInput(): void; onPicture(): void }

function watchStream(total: Bytes, { onHumanInput, onPicture }: Seen): Taps & { readonly bytes: Bytes } {
  let picture: 'none' | 'asked' | 'seen' = 'none'
  const follow = followClientFrames({
    onHumanInput,
    onPictureRequest: () => {
      if (picture === 'none') picture = 'asked'
    },
  })
  const bytes = { up: 0, down: 0 }
  return {
    bytes,
    fromClient(chunk) {
      bytes.up += chunk.length
      total.up += chunk.length
      follow(chunk)
    },
    fromUpstream(chunk) {
      bytes.down += chunk.length
      total.down += chunk.length
      if (picture !== 'asked') return
      picture = 'seen'
      onPicture()
    },
  }
}
