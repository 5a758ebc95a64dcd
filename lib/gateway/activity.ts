// When a person last used each session, and when one first saw it. Idle rules stand on this, so chatter must never count.
import type { Db } from '@/lib/db/client'
import { recordFirstViewer, recordInput } from '@/lib/db/gateway-routes'
import type { Clock } from '@/lib/domain/clock'
import type { Log } from '@/lib/log'
import { followClientFrames } from './client-frames'
import type { Taps } from './splice'

const writeEveryMs = 15_000

type Options = { db: Db; clock: Clock; log: Log }

type Bytes = { up: number; down: number }
export type StreamActivity = Taps & { readonly bytes: Bytes }

export type Activity = {
  /** `start` names one start of the container: each has a first picture of its own. */
  watch(sessionId: string, start: string): StreamActivity
  lastInputAt(sessionId: string): Date | null
  /** Of all streams, those that have ended among them: only ever grows. */
  readonly bytes: Readonly<Bytes>
  /** Writes what is not written yet. */
  flush(): Promise<void>
}

export function watchActivity({ db, clock, log }: Options): Activity {
  const inputs = new Map<string, Date>()
  let unwritten = new Set<string>()
  const seen = new Map<string, string>()
  const total: Bytes = { up: 0, down: 0 }
  let timer: NodeJS.Timeout | undefined
  let writtenAtMs = 0

  function onInput(sessionId: string): void {
    inputs.set(sessionId, clock.now())
    unwritten.add(sessionId)
    if (timer) return
    const waitMs = Math.max(0, writtenAtMs + writeEveryMs - performance.now())
    timer = setTimeout(() => void flush(), waitMs)
    timer.unref()
  }

  async function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const sessions = unwritten
    unwritten = new Set()
    writtenAtMs = performance.now()
    const rows = [...sessions].flatMap((id) => entryOf(inputs, id))
    await recordInput(db, new Map(rows)).catch((error: unknown) => {
      // Kept for the next time: it comes with the next input.
      for (const id of sessions) unwritten.add(id)
      log.warn({ err: error }, 'When people used their sessions could not be written')
    })
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
    watch: (sessionId, start) =>
      watchStream(
        total,
        () => onInput(sessionId),
        () => onPicture(sessionId, start),
      ),
    lastInputAt: (sessionId) => inputs.get(sessionId) ?? null,
    bytes: total,
    flush,
  }
}

function entryOf(inputs: ReadonlyMap<string, Date>, id: string): [string, Date][] {
  const at = inputs.get(id)
  return at ? [[id, at]] : []
}

function watchStream(total: Bytes, onHumanInput: () => void, onPicture: () => void): StreamActivity {
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
