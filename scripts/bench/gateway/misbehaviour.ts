// What badly behaved browsers and desktops leave behind in a proxy: its sockets two seconds after each, beyond what it had before.
import type { Socket } from 'node:net'
import { type Door, dial, openStream, requestText, upgradeText } from './load'
import { socketsOf } from './process-facts'
import type { RunningProxy } from './proxies'

const viewers = 50
const settleMs = 2_000

type Case = { name: string; open(door: Door, index: number): Promise<Socket>; leave(socket: Socket): void }

const asks = (path: string) => async (door: Door, index: number) => {
  const socket = await dial(door)
  socket.write(requestText(door, path, index))
  return socket
}
const upgrades = (path: string) => async (door: Door, index: number) => {
  const socket = await dial(door)
  socket.write(upgradeText(door, path, index))
  return socket
}
const streams = (path: string) => (door: Door, index: number) => openStream(door, path, index, () => {})
const ends = (socket: Socket) => void socket.resume().end()
const resets = (socket: Socket) => void socket.resetAndDestroy()

/** Reads a little and then nothing more. */
const stops = (open: Case['open']) => async (door: Door, index: number) => {
  const socket = await open(door, index)
  await new Promise((resolve) => socket.once('data', resolve))
  return socket.pause()
}

const cases: Case[] = [
  { name: 'frozen desktop, viewers close', open: asks('/never'), leave: ends },
  { name: 'frozen desktop, viewers reset', open: asks('/never'), leave: resets },
  { name: 'upgrade without an answer, viewers close', open: upgrades('/never'), leave: ends },
  { name: 'upgrade without an answer, viewers reset', open: upgrades('/never'), leave: resets },
  {
    name: 'half a request, viewers reset',
    open: async (door) => {
      const socket = await dial(door)
      socket.write('GET / HTTP/1.1\r\nHo')
      return socket
    },
    leave: resets,
  },
  { name: 'downloads dropped in the middle', open: stops(asks('/endless')), leave: resets },
  { name: 'viewers that stopped reading leave', open: stops(streams('/endless')), leave: resets },
  { name: 'idle streams closed by their viewers', open: streams('/idle'), leave: ends },
  { name: 'idle streams reset by their viewers', open: streams('/idle'), leave: resets },
  { name: 'desktops that die in the middle', open: streams('/dies'), leave: () => {} },
]

export type Leak = { name: string; left: number }

export async function leaksOf({ pid, door }: RunningProxy): Promise<Leak[]> {
  const leaks: Leak[] = []
  for (const { name, open, leave } of cases) {
    const base = socketsOf(pid)
    const sockets = await Promise.all(Array.from({ length: viewers }, (_, index) => open(door, index)))
    // A frozen desktop must have been asked, so that there is something to leave.
    await settle(() => socketsOf(pid) > base, 300)
    await new Promise((resolve) => setTimeout(resolve, 100))
    for (const socket of sockets) leave(socket)
    await settle(() => socketsOf(pid) <= base, settleMs)
    leaks.push({ name, left: Math.max(0, socketsOf(pid) - base) })
    for (const socket of sockets) socket.destroy()
  }
  return leaks
}

async function settle(holds: () => boolean, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!holds() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20))
}
