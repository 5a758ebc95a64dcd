// Brings what this gateway saw into the rows of sessions, all of them together and rarely; whoever comes or goes is told of within a second or so.
import type { Db } from '@/lib/db/client'
import { type ActivityEntry, forgetGateway, forgetSilentGateways, hearGateway, recordActivity } from '@/lib/db/session-activity'
import { newId } from '@/lib/domain/ids'
import type { Log } from '@/lib/log'
import type { Bytes, Tally } from './activity'

const defaultEveryMs = 15_000
const soonMs = 1_000
/** A statement has room for some thousands of values. */
const mostAtOnce = 1_000

export type ActivityWriter = {
  /** Bytes and input: at the next turn. */
  inTime(): void
  /** A viewer came or went. */
  soon(): void
  /** Writes what is not written yet. */
  flush(): Promise<void>
  /** The same, and that this gateway has no viewers any more. */
  close(): Promise<void>
}

type Options = { db: Db; log: Log; tallies: Map<string, Tally>; everyMs?: number }

export function writeActivity({ db, log, tallies, everyMs = defaultEveryMs }: Options): ActivityWriter {
  const gatewayId = newId()
  let timer: NodeJS.Timeout | undefined
  let dueAtMs = Number.POSITIVE_INFINITY
  let writtenAtMs = Number.NEGATIVE_INFINITY
  let last: Promise<void> = Promise.resolve()

  function after(leastMs: number): void {
    const atMs = Math.max(performance.now(), writtenAtMs + leastMs)
    if (timer && dueAtMs <= atMs) return
    clearTimeout(timer)
    dueAtMs = atMs
    timer = setTimeout(() => void flush(), atMs - performance.now())
    timer.unref()
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    // One after the other: what one has written the next must know.
    last = last.then(write)
    return last
  }

  async function write(): Promise<void> {
    writtenAtMs = performance.now()
    try {
      // Whoever took it for dead threw its viewers away.
      if (await hearGateway(db, gatewayId)) tallies.forEach(forgetViewers)
      if ((await writeAll()) > 0) after(soonMs)
      await forgetSilentGateways(db)
    } catch (error) {
      log.warn({ err: error }, 'How sessions are used could not be written; it comes with the next time')
    }
    forgetEnded(tallies)
    // Also where nothing happens: a gateway that is not heard is taken for dead.
    if (tallies.size > 0) after(everyMs)
  }

  /** Returns how many sessions were left for later. */
  async function writeAll(): Promise<number> {
    const entries = [...tallies].flatMap(([sessionId, tally]) => entryOf(sessionId, tally))
    let left = 0
    for (let at = 0; at < entries.length; at += mostAtOnce) left += await writeSome(entries.slice(at, at + mostAtOnce))
    return left
  }

  async function writeSome(entries: readonly ActivityEntry[]): Promise<number> {
    const left = new Set(await recordActivity(db, gatewayId, entries))
    for (const entry of entries) if (!left.has(entry.sessionId)) note(entry, tallies.get(entry.sessionId))
    return left.size
  }

  return {
    inTime: () => after(everyMs),
    soon: () => after(Math.min(soonMs, everyMs)),
    flush,
    async close() {
      await flush()
      await forgetGateway(db, gatewayId).catch((err: unknown) => log.warn({ err }, 'That this gateway ends could not be written'))
    },
  }
}

/** Nothing where all of it is written. */
function entryOf(sessionId: string, tally: Tally): ActivityEntry[] {
  const { up, down } = sumOf(tally)
  const { viewers, lastInputAt, written } = tally
  const bytesUp = up - written.up
  const bytesDown = down - written.down
  const isWritten = bytesUp === 0 && bytesDown === 0 && viewers === written.viewers && lastInputAt === written.lastInputAt
  return isWritten ? [] : [{ sessionId, viewers, bytesUp, bytesDown, lastInputAt }]
}

function note({ viewers, bytesUp, bytesDown, lastInputAt }: ActivityEntry, tally: Tally | undefined): void {
  if (!tally) return
  const { up, down } = tally.written
  tally.written = { up: up + bytesUp, down: down + bytesDown, viewers, lastInputAt }
}

function sumOf({ open, ended }: Tally): Bytes {
  const sum = { ...ended }
  for (const { up, down } of open) {
    sum.up += up
    sum.down += down
  }
  return sum
}

function forgetViewers({ written }: Tally): void {
  written.viewers = 0
}

function forgetEnded(tallies: Map<string, Tally>): void {
  for (const [sessionId, tally] of tallies) {
    if (tally.open.size === 0 && entryOf(sessionId, tally).length === 0) tallies.delete(sessionId)
  }
}
