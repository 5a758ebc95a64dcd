import { pack } from 'tar-stream'
import { expect, test } from 'vitest'
import { archiveBytes, packOne, unpackOne } from './one-file-archive'

async function* pieces(...parts: (Uint8Array | string)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part)
}

async function all(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts)
}

test.each([0, 1, 511, 512, 513, 70_000])('a file of %i bytes comes out as it went in, however it is cut', async (size) => {
  const content = Buffer.alloc(size, 'berth')
  const archive = await all(packOne(size, pieces(content.subarray(0, 300), content.subarray(300))))
  expect(archive.length).toBe(archiveBytes(size))
  for (const step of [1, 100, 513, 100_000]) {
    if (step === 1 && size > 600) continue
    const cut = Array.from({ length: Math.ceil(archive.length / step) }, (_, index) =>
      archive.subarray(index * step, (index + 1) * step),
    )
    const found = await unpackOne(pieces(...cut))
    expect(found?.header).toMatchObject({ name: 'file', size, type: 'file' })
    expect((await all(found?.content ?? pieces())).equals(content)).toBe(true)
  }
})

test('content that is longer or shorter than was said is no archive', async () => {
  await expect(all(packOne(3, pieces('abcd')))).rejects.toMatchObject({ code: 'transfer_broken' })
  await expect(all(packOne(3, pieces('ab')))).rejects.toMatchObject({ code: 'transfer_broken' })
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('ab')
    throw new Error('gone')
  }
  await expect(all(packOne(3, failing()))).rejects.toThrow('gone')
})

test('an archive that is cut off never looks like a whole file', async () => {
  const archive = await all(packOne(5000, pieces(Buffer.alloc(5000, 'x'))))
  const found = await unpackOne(pieces(archive.subarray(0, 3000)))
  await expect(all(found?.content ?? pieces())).rejects.toThrow()
  expect(await unpackOne(pieces())).toBeNull()
})

test('a writer that announces gigabytes of a name is not listened to', async () => {
  const archive = pack()
  const head = await new Promise<Buffer>((resolve) => {
    archive.entry({ name: 'file', size: 8 * 1024 ** 3, type: 'file' })
    archive.once('data', resolve)
  })
  // GNU's long name, of which the library would hold all before it says a word.
  head[156] = 'L'.charCodeAt(0)
  head.write('        ', 148)
  const sum = head.reduce((total, byte) => total + byte, 0)
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  let sent = 0
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield head
    for (;;) {
      sent += 32_768
      yield Buffer.alloc(32_768, 'n')
    }
  }
  await expect(unpackOne(endless())).rejects.toMatchObject({ code: 'transfer_broken' })
  expect(sent).toBeLessThan(200_000)
})
