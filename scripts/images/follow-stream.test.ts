import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { followStream } from './follow-stream'

test('lines that arrive in pieces are read whole', async () => {
  const seen: string[] = []
  await followStream(Readable.from(['{"stream":"Step 1', '/2"}\r\n{"status":"Pull', 'ing"}\n']), (text) => seen.push(text))
  expect(seen).toEqual(['Step 1/2', 'Pulling'])
})

test('a failure that the engine reports in the stream is thrown', async () => {
  const stream = Readable.from(['{"stream":"x"}\n{"errorDetail":{"code":1},"error":"The command returned 1"}\n'])
  await expect(followStream(stream)).rejects.toThrow('The command returned 1')
})
