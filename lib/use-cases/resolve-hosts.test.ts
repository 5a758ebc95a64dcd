import { expect, test, vi } from 'vitest'
import { type Lookup, resolveHosts } from './resolve-hosts'

test('names become all of their addresses, and addresses stay what they are', async () => {
  expect(await resolveHosts(['10.0.0.9', 'two.test', '10.0.0.9'], async () => ['fd00::2', '10.0.0.2'])).toEqual([
    '10.0.0.2',
    '10.0.0.9',
    'fd00::2',
  ])
})

test.each<[string, Lookup]>([
  ['refuses', async () => Promise.reject(new Error('SERVFAIL'))],
  ['does not answer', () => new Promise(() => undefined)],
])('a name keeps its addresses where the name server %s, and others are told all the same', async (how, silent) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  try {
    const name = `${how.replaceAll(' ', '-')}.test`
    await resolveHosts([name], async () => ['10.0.0.3'])
    vi.advanceTimersByTime(3_600_000)
    const asked = resolveHosts([name, '10.0.0.9', `new-${name}`], silent)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(await asked).toEqual(['10.0.0.3', '10.0.0.9'])
  } finally {
    vi.useRealTimers()
  }
})
