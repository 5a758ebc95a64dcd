// A viewer that goes through one chosen gateway: the ticket's address, its cookie, then one WebSocket that is asked for pictures now and then.
import { request } from 'node:http'
import { WebSocket } from 'ws'

export type Viewer = {
  /** Asks for a whole picture and resolves when bytes of it have come. */
  picture(): Promise<void>
  closed: Promise<number>
  leave(): void
}

/** `to`: where the gateway listens; `address`: what the portal gave. */
export async function enter(address: string, to: { port: number }): Promise<{ cookie: string; status: number }> {
  const { host, pathname, search } = new URL(address)
  return await new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: to.port, path: `${pathname}${search}`, headers: { Host: host } }, (response) => {
      response.resume()
      const cookies = response.headers['set-cookie'] ?? []
      const cookie = cookies.map((line) => line.split(';')[0] ?? '').join('; ')
      resolve({ cookie, status: response.statusCode ?? 0 })
    })
      .once('error', reject)
      .end()
  })
}

/** The desktop's page, as a viewer's browser asks for it. */
export async function ask(address: string, cookie: string, to: { port: number }): Promise<{ status: number; body: string }> {
  const { host } = new URL(address)
  const headers = { Host: host, Cookie: cookie, Connection: 'close' }
  return await new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: to.port, path: '/vnc.html', headers }, (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => (body += chunk.toString()))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
      .once('error', reject)
      .end()
  })
}

export async function view(address: string, cookie: string, to: { port: number }): Promise<Viewer> {
  const { origin, host } = new URL(address)
  const socket = new WebSocket(`ws://127.0.0.1:${to.port}/websockify`, ['binary'], {
    origin,
    perMessageDeflate: false,
    headers: { Host: host, Cookie: cookie },
  })
  const received = new Received(socket)
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  socket.send(await received.take(12))
  const types = await received.take((await received.take(1)).readUInt8())
  if (!types.includes(1)) throw new Error('the desktop asks for more than the gateway gives it')
  socket.send(Buffer.from([1]))
  await received.take(4)
  socket.send(Buffer.from([1]))
  const init = await received.take(24)
  await received.take(init.readUInt32BE(20))
  return {
    closed,
    leave: () => socket.terminate(),
    picture: async () => {
      const before = received.total
      // Not incremental, 16 × 16: an answer comes whether anything changed or not.
      socket.send(Buffer.from([3, 0, 0, 0, 0, 0, 0, 16, 0, 16]))
      await received.until(() => received.total > before)
    },
  }
}

class Received {
  total = 0
  #bytes = Buffer.alloc(0)
  #isOver = false
  #wake: () => void = () => undefined

  constructor(socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      this.total += data.length
      this.#bytes = Buffer.concat([this.#bytes, data]).subarray(-65_536)
      this.#wake()
    })
    socket.on('close', () => {
      this.#isOver = true
      this.#wake()
    })
  }

  async take(count: number): Promise<Buffer> {
    await this.until(() => this.#bytes.length >= count)
    const taken = this.#bytes.subarray(0, count)
    this.#bytes = this.#bytes.subarray(count)
    return taken
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.#isOver) throw new Error('the stream has ended')
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}
