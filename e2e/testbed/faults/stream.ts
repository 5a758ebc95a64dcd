// One viewer's stream through the gateway: a WebSocket that speaks to the desktop as noVNC does and asks for a piece of the picture when told to.
import { setTimeout as delay } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { ByteQueue, shakeHands } from '@/e2e/contract/rfb-probe'

export type StreamAddress = { port: number; host: string; origin: string; cookie: string }

export type Stream = {
  isOpen(): boolean
  /** Resolves when a picture that was asked for now has come over this very connection; rejects when it ends before, or in the given time. */
  flows(withinMs?: number): Promise<void>
  /** Resolves when it has ended. */
  ended(withinMs?: number): Promise<void>
  close(): void
}

/** Rejects with the status when the gateway does not let it in. */
export async function openStream({ port, host, origin, cookie }: StreamAddress): Promise<Stream> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/websockify`, ['binary'], {
    origin,
    headers: { Host: host, Cookie: cookie },
    perMessageDeflate: false,
    handshakeTimeout: 20_000,
  })
  // From the beginning: the desktop speaks first, and may do so in the very moment of the opening.
  const bytes = new ByteQueue()
  const hear = (data: Buffer) => bytes.push(data)
  socket.on('message', hear)
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
    socket.once('unexpected-response', (_request, response) => reject(new Error(`refused with ${response.statusCode}`)))
  })
  socket.on('error', () => undefined)
  await shakeHands(socket, bytes)
  // What comes now is only counted: that the picture is right is tested elsewhere.
  socket.off('message', hear)
  let received = 0
  socket.on('message', (data: Buffer) => {
    received += data.length
  })
  const isOpen = () => socket.readyState === WebSocket.OPEN
  return {
    isOpen,
    flows: async (withinMs = 60_000) => {
      const until = performance.now() + withinMs
      const before = received
      while (received === before) {
        if (!isOpen()) throw new Error('the stream has ended')
        if (performance.now() > until) throw new Error(`no picture within ${withinMs} ms`)
        socket.send(askForPicture)
        await delay(100)
      }
    },
    ended: async (withinMs = 90_000) => {
      const until = performance.now() + withinMs
      while (socket.readyState !== WebSocket.CLOSED) {
        if (performance.now() > until) throw new Error(`still open after ${withinMs} ms`)
        await delay(50)
      }
    },
    close: () => socket.terminate(),
  }
}

/** Sixteen pixels by sixteen, whether or not they changed. */
const askForPicture = Buffer.from([3, 0, 0, 0, 0, 0, 0, 16, 0, 16])
