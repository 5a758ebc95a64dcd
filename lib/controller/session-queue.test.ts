import { expect, test } from 'vitest'
import { newLimiter } from './limiter'
import { newSessionQueue } from './session-queue'
import { newGate } from './test-world'

test('a session is served by one worker at a time, and looked at again when nudged meanwhile', async () => {
  const gate = newGate()
  let now = 0
  let most = 0
  let rounds = 0
  const queue = newSessionQueue(async () => {
    most = Math.max(most, ++now)
    rounds++
    if (rounds === 1) await gate.promise
    now--
  })
  const first = queue.serve('a')
  queue.nudge('a')
  queue.nudge('a')
  gate.open()
  await first
  expect({ most, rounds }).toEqual({ most: 1, rounds: 2 })
})

test('a nudge interrupts the waiting of who is being served; a periodic look does not', async () => {
  const interrupted: boolean[] = []
  const gate = newGate()
  const queue = newSessionQueue(async (_id, signal) => {
    if (interrupted.length === 0) await gate.promise
    interrupted.push(signal.aborted)
  })
  const done = queue.serve('a')
  void queue.serve('a')
  gate.open()
  await done
  const second = newGate()
  const other = newSessionQueue(async (_id, signal) => {
    if (interrupted.length === 2) await second.promise
    interrupted.push(signal.aborted)
  })
  const later = other.serve('b')
  other.nudge('b')
  second.open()
  await later
  expect(interrupted).toEqual([false, false, true, false])
})

test('sessions do not wait for each other', async () => {
  const gate = newGate()
  const served: string[] = []
  const queue = newSessionQueue(async (id) => {
    if (id === 'slow') await gate.promise
    served.push(id)
  })
  const slow = queue.serve('slow')
  await queue.serve('quick')
  expect(served).toEqual(['quick'])
  gate.open()
  await slow
  await queue.idle()
})

test('at most so many run at once, and each gets its turn', async () => {
  const limit = newLimiter(2)
  const gates = [newGate(), newGate(), newGate(), newGate()]
  let now = 0
  let most = 0
  const works = gates.map((gate) =>
    limit(async () => {
      most = Math.max(most, ++now)
      await gate.promise
      now--
    }),
  )
  for (const gate of gates) gate.open()
  await Promise.all(works)
  expect(most).toBe(2)
})

test('one that hangs keeps no place from those that wait, and gives none back twice', async () => {
  const limit = newLimiter(1, 0)
  const hangs = newGate()
  const hung = limit(() => hangs.promise)
  const gates = [newGate(), newGate()]
  let now = 0
  let most = 0
  const counted = newLimiter(1, 60_000)
  expect(await limit(async () => 'next')).toBe('next')
  hangs.open()
  await hung
  const works = gates.map((gate) =>
    counted(async () => {
      most = Math.max(most, ++now)
      await gate.promise
      now--
    }),
  )
  for (const gate of gates) gate.open()
  await Promise.all(works)
  expect(most).toBe(1)
})

test('a work that fails gives its place back', async () => {
  const limit = newLimiter(1)
  await expect(limit(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  expect(await limit(async () => 'next')).toBe('next')
})
