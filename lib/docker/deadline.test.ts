import { getEventListeners } from 'node:events'
import { expect, test, vi } from 'vitest'
import { DeadlineReached, withDeadline } from './deadline'

const forEver = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('whatever the library throws')), { once: true })
  })

test('a call that hangs ends at its deadline and says so', async () => {
  vi.useFakeTimers()
  try {
    const call = withDeadline(new AbortController().signal, 5_000, forEver)
    const caught = call.catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await caught).toBeInstanceOf(DeadlineReached)
  } finally {
    vi.useRealTimers()
  }
})

test('a call that takes no notice of the abort is left behind, at the deadline and when the caller gives up', async () => {
  vi.useFakeTimers()
  try {
    const deaf = () => new Promise<never>(() => undefined)
    const late = withDeadline(new AbortController().signal, 5_000, deaf).catch((error: unknown) => error)
    const caller = new AbortController()
    const given = withDeadline(caller.signal, 60_000, deaf).catch((error: unknown) => error)
    caller.abort('no longer wanted')
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await late).toBeInstanceOf(DeadlineReached)
    expect(await given).toBe('no longer wanted')
    await expect(withDeadline(caller.signal, 5_000, deaf)).rejects.toBe('no longer wanted')
  } finally {
    vi.useRealTimers()
  }
})

test('what is heard in between extends it', async () => {
  vi.useFakeTimers()
  try {
    const call = withDeadline(new AbortController().signal, 5_000, async (_signal, deadline) => {
      for (let heard = 0; heard < 3; heard++) {
        await new Promise((resolve) => setTimeout(resolve, 4_000))
        deadline.extend()
      }
      return 'done'
    })
    await vi.advanceTimersByTimeAsync(12_000)
    expect(await call).toBe('done')
  } finally {
    vi.useRealTimers()
  }
})

test('a caller who gives up gets his own reason back', async () => {
  const caller = new AbortController()
  const call = withDeadline(caller.signal, 60_000, forEver)
  caller.abort(new Error('mine'))
  await expect(call).rejects.toThrow('mine')
})

test('nothing is left on a signal that lives on', async () => {
  const caller = new AbortController()
  await withDeadline(caller.signal, 60_000, async () => 'done')
  expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0)
})
