import { expect, test } from 'vitest'
import { type CopySlot, newCopyLine } from './copy-line'

const signal = new AbortController().signal
const no = () => false

/** Whether it has been given by now. */
function ask(
  line: ReturnType<typeof newCopyLine>,
  sources: string[],
  over: { isUrgent?: () => boolean; signal?: AbortSignal } = {},
) {
  const asked: { slot: CopySlot | null; refused: boolean; settled: Promise<unknown> } = {
    slot: null,
    refused: false,
    settled: Promise.resolve(),
  }
  asked.settled = line.take({ sources, isUrgent: no, signal, ...over }).then(
    (slot) => (asked.slot = slot),
    () => (asked.refused = true),
  )
  return asked
}

test('two copies run at once, each from a source of its own', async () => {
  const line = newCopyLine()
  const [first, second, third] = [ask(line, ['a', 'b']), ask(line, ['a', 'b']), ask(line, ['c'])]
  await Promise.all([first.settled, second.settled])
  expect([first.slot?.source, second.slot?.source, third.slot]).toEqual(['a', 'b', null])
  first.slot?.free()
  await third.settled
  expect(third.slot?.source).toBe('c')
})

test('a source that is busy is waited for, and does not hold up what comes from another', async () => {
  const line = newCopyLine()
  const [first, second, third] = [ask(line, ['a']), ask(line, ['a']), ask(line, ['b'])]
  await Promise.all([first.settled, third.settled])
  expect([second.slot, third.slot?.source]).toEqual([null, 'b'])
  first.slot?.free()
  await second.settled
  expect(second.slot?.source).toBe('a')
})

test('a copy that somebody waits for goes before those that nobody waits for', async () => {
  const line = newCopyLine()
  const first = ask(line, ['a'])
  const [patient, urgent] = [ask(line, ['a']), ask(line, ['a'], { isUrgent: () => true })]
  await first.settled
  first.slot?.free()
  await urgent.settled
  expect([patient.slot, urgent.slot?.source]).toEqual([null, 'a'])
})

test('who gives up leaves the line', async () => {
  const line = newCopyLine()
  const first = ask(line, ['a'])
  const gone = new AbortController()
  const second = ask(line, ['a'], { signal: gone.signal })
  gone.abort()
  await second.settled
  expect(second.refused).toBe(true)
  await first.settled
  first.slot?.free()
  const third = ask(line, ['a'])
  await third.settled
  expect(third.slot?.source).toBe('a')
})
