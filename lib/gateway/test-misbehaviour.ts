// What viewers and desktops do to a gateway, each as one thing that many do at once and then leave.
import type { Socket } from 'node:net'
import { expect } from 'vitest'
import type { Script } from './test-upstream'

const accepted = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'
const download = 'HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n'

const byFin = (socket: Socket) => void socket.destroy()
const byFinWhileReading = (socket: Socket) => void socket.resume().end()
const byReset = (socket: Socket) => void socket.resetAndDestroy()

export type Scene = { viewers: readonly Socket[]; atDesktop: ReadonlySet<Socket> }

export type Misbehaviour = {
  name: string
  viewers: number
  /** What the desktop does with a question. */
  script: Script
  says: string
  /** Holds when what it is about has happened to all. */
  hasBegun(scene: Scene): void
  /** What each viewer does then. */
  goesOn?: (viewer: Socket) => void
  /** How they leave, by turns. */
  leaving: readonly ((socket: Socket) => void)[]
  /** In place of leaving. */
  desktopEnds?: (socket: Socket) => void
}

/** Bytes without end, as fast as they are taken. */
function pour(socket: Socket): void {
  const chunk = Buffer.alloc(65_536, 'x')
  const more = () => {
    while (!socket.destroyed && socket.write(chunk));
    if (!socket.destroyed) socket.once('drain', more)
  }
  more()
}

const isAskedByEach = ({ viewers, atDesktop }: Scene) => expect(atDesktop.size).toBe(viewers.length)
const answersEach = ({ viewers }: Scene) => {
  for (const viewer of viewers) expect(viewer.bytesRead).toBeGreaterThan(100)
}

const says =
  (text: string): Script =>
  (socket) =>
    void socket.write(text)
const pours =
  (text: string): Script =>
  (socket) => {
    socket.write(text)
    pour(socket)
  }
const neverReads: Script = (socket) => {
  socket.write(accepted)
  socket.pause()
}

type Said = { asks: string; upgrades: string; isTls: boolean }

export function waysToMisbehave({ asks, upgrades, isTls }: Said): Misbehaviour[] {
  const ordinary = {
    viewers: 15,
    script: () => {},
    hasBegun: answersEach,
    leaving: [byFin, byFinWhileReading, byReset],
  }
  const request = { ...ordinary, says: asks }
  const stream = { ...ordinary, says: upgrades, script: says(accepted) }
  // A few fill as much as many.
  const full = { viewers: 6 }
  const atOnce = { hasBegun: () => {} }
  return [
    { ...request, name: 'a download that its viewer drops', script: says(download + 'x'.repeat(100_000)) },
    { ...request, ...full, name: 'a download that its viewer never reads', script: pours(download) },
    { ...request, name: 'a request whose desktop froze', hasBegun: isAskedByEach },
    { ...request, name: 'a download whose desktop dies', script: says(`${download}something`), desktopEnds: byReset },
    {
      ...request,
      ...full,
      name: 'a download whose desktop dies while its viewer does not read',
      script: pours(download),
      desktopEnds: byReset,
    },
    { ...stream, name: 'an upgrade whose viewer leaves before the reply', script: () => {}, hasBegun: isAskedByEach },
    { ...stream, ...atOnce, name: 'an upgrade whose viewer leaves before the desktop was asked' },
    { ...stream, name: 'a stream whose desktop froze' },
    { ...stream, ...full, name: 'a stream that its viewer never reads', script: pours(accepted) },
    {
      ...stream,
      ...full,
      name: 'a stream that its desktop never reads',
      script: neverReads,
      goesOn: pour,
      // A FIN would wait in the browser until what stands before it finds room.
      leaving: [byReset],
    },
    { ...stream, name: 'a stream whose desktop dies', desktopEnds: byReset },
    {
      ...stream,
      ...full,
      name: 'a stream whose desktop dies while its viewer does not read',
      script: pours(accepted),
      desktopEnds: byReset,
    },
    { ...request, ...atOnce, name: 'half a request', says: asks.slice(0, -3) },
    { ...stream, ...atOnce, name: 'half an upgrade', says: upgrades.slice(0, 60) },
    {
      ...request,
      ...full,
      ...atOnce,
      name: 'a request with headers of a megabyte',
      says: `${asks.slice(0, -2)}X-Long: ${'x'.repeat(1e6)}\r\n\r\n`,
      // A TLS client of Node crashes when it is reset with bytes to write.
      leaving: isTls ? [byFin, byFinWhileReading] : ordinary.leaving,
    },
    {
      ...request,
      name: 'twenty requests at once',
      viewers: 5,
      says: asks.repeat(20),
      hasBegun: ({ atDesktop }) => expect(atDesktop.size).toBe(100),
    },
    { ...request, ...atOnce, name: 'an upgrade behind a request', says: asks + upgrades },
  ]
}
