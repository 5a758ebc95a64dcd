import { expect, test } from 'vitest'
import { fileSizeHeader } from '@/lib/domain/session-files'
import { fileAnswer } from './file-answer'

async function* pieces(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part)
}

test('a file is answered with its size, and one that is shorter or longer than that fails', async () => {
  const whole = fileAnswer('a', 6, pieces('abc', 'def'))
  expect([whole.headers.get(fileSizeHeader), await whole.text()]).toEqual(['6', 'abcdef'])
  expect(await fileAnswer('a', 0, pieces()).text()).toBe('')
  await expect(fileAnswer('a', 7, pieces('abc', 'def')).text()).rejects.toThrow('broke off')
  await expect(fileAnswer('a', 5, pieces('abc', 'def')).text()).rejects.toThrow('More came')
})

test('whoever reads no further ends what gives it, and nothing is read ahead of him', async () => {
  let given = 0
  let isOver = false
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield Buffer.from(String(given++))
    } finally {
      isOver = true
    }
  }
  const reader = fileAnswer('a', 1000, endless()).body!.getReader()
  await reader.read()
  expect(given).toBe(1)
  await reader.cancel()
  expect(isOver).toBe(true)
})
