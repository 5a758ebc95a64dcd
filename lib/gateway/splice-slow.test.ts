import { Duplex } from 'node:stream'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { splice } from './splice'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

/** A desktop that always has something to say. */
class Talkative extends Duplex {
  override _read(): void {
    this.push(Buffer.alloc(64 * 1024))
  }
  override _write(_chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    done()
  }
}

/** A viewer on a thin line, of which its socket says what is left of the write under way, as those of Node do. */
class Thin extends Duplex {
  readonly _handle = { writeQueueSize: 0 }
  private done: (() => void) | null = null
  override _read(): void {}
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this._handle.writeQueueSize = chunk.length
    this.done = done
  }
  read10Kb(): void {
    this._handle.writeQueueSize = Math.max(0, this._handle.writeQueueSize - 10_000)
    const { done } = this
    if (this._handle.writeQueueSize > 0 || !done) return
    this.done = null
    done()
  }
}

async function afterSeconds(count: number, each: () => void): Promise<void> {
  for (let second = 0; second < count; second++) {
    each()
    await vi.advanceTimersByTimeAsync(1_000)
  }
}

test('a viewer that reads slowly keeps its desktop for as long as it reads, and what waits for it stays within bounds', async () => {
  const [client, upstream] = [new Thin(), new Talkative()]
  splice({ client, upstream, taps: { fromClient() {}, fromUpstream() {} } })
  await afterSeconds(600, () => client.read10Kb())
  expect(client.destroyed).toBe(false)
  expect(client.writableLength).toBeLessThan(5 << 20)
})

test('a viewer that reads nothing at all is let go after a minute [attack 12]', async () => {
  const [client, upstream] = [new Thin(), new Talkative()]
  splice({ client, upstream, taps: { fromClient() {}, fromUpstream() {} } })
  await afterSeconds(58, () => {})
  expect(client.destroyed).toBe(false)
  await afterSeconds(4, () => {})
  expect(client.destroyed).toBe(true)
})
