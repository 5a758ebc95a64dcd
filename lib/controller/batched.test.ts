import { expect, test } from 'vitest'
import { batched } from './batched'
import { newGate } from './test-world'

test('who asks while a question is under way is answered from the next one, together with the others', async () => {
  const gate = newGate()
  const asked: string[][] = []
  const ask = batched(
    async (ids) => {
      asked.push(ids)
      if (asked.length === 1) await gate.promise
      return new Map(ids.map((id) => [id, `${id} in ${asked.length}`]))
    },
    { gatherMs: 0, most: 2 },
  )
  const first = ask('a')
  while (asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  const later = [ask('a'), ask('b'), ask('c'), ask('b')]
  gate.open()
  expect(await first).toBe('a in 1')
  expect(await Promise.all(later)).toEqual(['a in 2', 'b in 2', 'c in 3', 'b in 2'])
  expect(asked).toEqual([['a'], ['a', 'b'], ['c']])
})

test('a question that fails is told to those who asked it, and the next one is asked', async () => {
  let calls = 0
  const ask = batched(
    async () => {
      if (++calls === 1) throw new Error('gone')
      return new Map([['a', 1]])
    },
    { gatherMs: 0, most: 10 },
  )
  await expect(ask('a')).rejects.toThrow('gone')
  expect(await ask('a')).toBe(1)
  expect(await ask('unknown')).toBe(undefined)
})
