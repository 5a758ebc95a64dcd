// Somebody else on the same gateway, whose desktop says back what it is told: he must notice nothing.
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'vitest'
import { maskedFrame } from './test-client'
import { type TestGateway, upgrade } from './test-gateway'
import { withinTwoSeconds } from './test-until'
import { startTestUpstream } from './test-upstream'

const accepted = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'

export type Neighbour = {
  desktopPort: number
  /** Says something and hears it again. */
  echo(): Promise<void>
  /** Goes on doing so while the work is done; each echo comes within two seconds. */
  during<R>(work: () => Promise<R>): Promise<R>
  leave(): Promise<void>
}

export async function moveIn(t: TestGateway): Promise<Neighbour> {
  const desktop = await startTestUpstream((socket) => {
    socket.write(accepted)
    socket.on('data', (chunk: Buffer) => socket.write(chunk))
  })
  const session = await t.addSession(await t.addUser(), desktop)
  const { cookie } = await t.enter(session)
  const { socket } = await upgrade(session, { Cookie: cookie })
  socket.resume()
  const echo = () => echoOver(socket)
  return {
    desktopPort: desktop.port,
    echo,
    async during(work) {
      let isOver = false
      const talking = (async () => {
        while (!isOver) {
          await echo()
          await pause(10)
        }
      })()
      try {
        return await work()
      } finally {
        isOver = true
        await talking
      }
    },
    async leave() {
      socket.destroy()
      await desktop.close()
    },
  }
}

async function echoOver(socket: Socket): Promise<void> {
  const frame = maskedFrame(Uint8Array.of(185))
  let heard: Buffer | undefined
  void once(socket, 'data').then(([chunk]) => {
    heard = chunk as Buffer
  })
  socket.write(frame)
  await withinTwoSeconds(() => expect(heard).toEqual(frame))
}
