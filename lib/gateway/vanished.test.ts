import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { watchVanished } from './vanished'

/** Connections whose every look is at a time of ours, with what the kernel says then. */
function world() {
  let now = 0
  let lines: string[] = []
  const { watch, look } = watchVanished({ read: async () => lines.join(''), nowMs: () => now })
  return {
    peer(remoteAddress = '10.89.1.1') {
      const counted = { bytesRead: 0, bytesWritten: 0, destroyed: false }
      const socket = Object.assign(new EventEmitter(), counted, { localPort: 8080, remoteAddress, remotePort: 50_000 })
      const peer = Object.assign(socket, { destroy: () => Object.assign(socket, { destroyed: true }) })
      watch(peer as unknown as Socket)
      return peer
    },
    async at(seconds: number, ...unanswered: string[]) {
      now = seconds * 1_000
      lines = unanswered
      await look()
    },
  }
}

/** To 10.89.1.1, sent again and again for so long. */
function lost(forSeconds: number, probes = 0): string {
  const tries = Math.floor(Math.log2(forSeconds / 0.2 + 1))
  const ticks = 20 * 2 ** tries
  const left = Math.round(20 * (2 ** (tries + 1) - 1) - forSeconds * 100)
  const timer = `01:${left.toString(16).toUpperCase().padStart(8, '0')} ${String(tries).padStart(8, '0')}`
  return `   1: 0201590A:1F90 0101590A:C350 01 00000029:00000000 ${timer}     0        ${probes} 4711 2 00000000ed57f502 ${ticks} 4 30 10 -1\n`
}

test('a peer to which something was on its way is closed within a minute of its last word, and no other', async () => {
  const { peer, at } = world()
  const [gone, silent] = [peer(), peer('10.89.1.5')]
  gone.bytesRead = 10
  await at(7)
  await at(17, lost(10))
  await at(27, lost(20))
  await at(37, lost(30))
  expect(gone.destroyed).toBe(false)
  await at(47, lost(40))
  expect([gone.destroyed, silent.destroyed]).toEqual([true, false])
})

test('a peer that was silent before is not given the time once more', async () => {
  const { peer, at } = world()
  const one = peer()
  for (const seconds of [10, 20, 30, 40]) await at(seconds)
  one.bytesWritten = 10
  await at(50, lost(5))
  expect(one.destroyed).toBe(false)
  await at(53, lost(8))
  expect(one.destroyed).toBe(true)
  const asked = peer()
  await at(60)
  await at(107, lost(1, 9))
  expect(asked.destroyed).toBe(true)
})

test('who only takes what is sent is heard by that, and may be cut off for a while', async () => {
  const { peer, at } = world()
  const one = peer()
  for (const seconds of [10, 20, 30, 40, 50, 60]) {
    one.bytesWritten = seconds
    await at(seconds)
  }
  await at(70, lost(9))
  await at(80, lost(19))
  expect(one.destroyed).toBe(false)
  await at(90)
  await at(100, lost(9))
  expect(one.destroyed).toBe(false)
})

test('losses now and then are not the end', async () => {
  const { peer, at } = world()
  const one = peer()
  for (let seconds = 10; seconds < 200; seconds += 10) await at(seconds, lost(seconds % 20 === 0 ? 3 : 1))
  expect(one.destroyed).toBe(false)
})
