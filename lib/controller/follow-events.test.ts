import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { FakeHost } from '@/lib/docker/fake-host'
import { newRestart } from './alarms'
import type { ActingAgent } from './controller-deps'
import { followEvents } from './follow-events'
import { silentLog } from './test-world'

let stop: AbortController
let host: FakeHost
let passes: number
let done: Promise<void>

beforeEach(() => {
  vi.useFakeTimers()
  stop = new AbortController()
  host = new FakeHost('here')
  passes = 0
})

afterEach(async () => {
  stop.abort()
  await vi.advanceTimersByTimeAsync(60_000)
  await done
  vi.useRealTimers()
})

/** Each subscription stands, and ends after so long. */
function follow(livesMs: () => number): void {
  host.watch = async function* () {
    yield { sessionId: null, what: 'subscribed' }
    await new Promise((resolve) => setTimeout(resolve, livesMs()))
  }
  const hear = { events: newRestart(), pass: () => void passes++, nudge: () => undefined }
  done = followEvents({ log: silentLog }, { row: { name: 'rack-1' } as ActingAgent['row'], host }, stop.signal, hear)
}

test('an engine that takes each subscription and closes it at once is asked less and less, down to twice a minute', async () => {
  follow(() => 0)
  await vi.advanceTimersByTimeAsync(120_000)
  expect(passes).toBeLessThan(12)
  const before = passes
  await vi.advanceTimersByTimeAsync(60_000)
  expect(passes - before).toBe(2)
})

test('a stream that lived for a while and broke is opened again within a second, also after worse times', async () => {
  let livesMs = 0
  follow(() => livesMs)
  await vi.advanceTimersByTimeAsync(120_000)
  livesMs = 10_000
  await vi.advanceTimersByTimeAsync(30_000)
  const before = passes
  await vi.advanceTimersByTimeAsync(11_000)
  expect(passes - before).toBe(1)
})
