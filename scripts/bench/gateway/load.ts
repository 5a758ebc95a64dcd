// The browsers' side: requests on kept-alive connections and streams, with as little work of its own as possible.
import { connect, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { connect as connectTls } from 'node:tls'

/** Where a proxy listens, and what a browser says to it to reach one of the desktops. */
export type Door = { port: number; isTls: boolean; headersFor(session: number): string }

export function dial({ port, isTls }: Pick<Door, 'port' | 'isTls'>): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const ready = () => {
      socket.off('error', reject).on('error', () => {})
      resolve(socket)
    }
    const to = { host: '127.0.0.1', port, noDelay: true }
    const socket: Socket = isTls ? connectTls({ ...to, rejectUnauthorized: false }, ready) : connect(to, ready)
    socket.once('error', reject)
  })
}

export const requestText = (door: Door, path: string, session: number) =>
  `GET ${path} HTTP/1.1\r\n${door.headersFor(session)}\r\n`

export const upgradeText = (door: Door, path: string, session: number) =>
  `GET ${path} HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
  `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: binary\r\n${door.headersFor(session)}\r\n`

/** `count` answers over `connections` connections; returns how many milliseconds each took. */
export async function getMany(
  door: Door,
  path: string,
  { count, connections }: { count: number; connections: number },
): Promise<number[]> {
  const times: number[] = []
  let asked = 0
  await Promise.all(
    Array.from({ length: connections }, async () => {
      let socket: Socket | null = null
      while (asked < count) {
        asked++
        socket ??= await dial(door)
        const startedAt = performance.now()
        const isKept = await ask(socket, requestText(door, path, asked % 1_000))
        times.push(performance.now() - startedAt)
        if (isKept) continue
        socket.destroy()
        socket = null
      }
      socket?.destroy()
    }),
  )
  return times
}

/** Settles with the last byte of the answer; says whether the connection goes on. */
function ask(socket: Socket, text: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let head = ''
    let left = Number.NaN
    let isKept = true
    const onData = (chunk: Buffer) => {
      if (Number.isNaN(left)) {
        head += chunk.toString('latin1')
        const end = head.indexOf('\r\n\r\n')
        if (end === -1) return
        if (!head.startsWith('HTTP/1.1 200')) return done(() => reject(new Error(`not answered: ${head.slice(0, 400)}`)))
        left = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1]) - (head.length - end - 4)
        isKept = !/\r\nconnection: close/i.test(head)
      } else left -= chunk.length
      if (left === 0) done(() => resolve(isKept))
    }
    const onClose = () => done(() => reject(new Error(`the proxy closed the connection after: ${head.slice(0, 400)}`)))
    socket.on('data', onData)
    socket.once('close', onClose)
    socket.write(text)
    function done(settle: () => void) {
      socket.off('data', onData)
      socket.off('close', onClose)
      settle()
    }
  })
}

/** A stream that the desktop has agreed to; bytes that came with the agreement are given to `onData` first. */
export async function openStream(
  door: Door,
  path: string,
  session: number,
  onData: (chunk: Buffer, from: Socket) => void,
): Promise<Socket> {
  const socket = await dial(door)
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0)
    const onHead = (chunk: Buffer) => {
      head = Buffer.concat([head, chunk])
      const end = head.indexOf('\r\n\r\n')
      if (end === -1) return
      socket.off('data', onHead).off('close', onClose)
      const said = head.toString('latin1', 0, end)
      if (!said.startsWith('HTTP/1.1 101')) return reject(new Error(`no stream: ${said}`))
      socket.on('data', (more) => onData(more, socket))
      if (head.length > end + 4) onData(head.subarray(end + 4), socket)
      resolve(socket)
    }
    const onClose = () => reject(new Error('the proxy closed the connection instead of opening a stream'))
    socket.on('data', onHead).once('close', onClose)
    socket.write(upgradeText(door, path, session))
  })
}

/** Until the desktop has said everything and hung up. */
export async function takeStream(door: Door, path: string): Promise<number> {
  let bytes = 0
  const socket = await openStream(door, path, 0, (chunk) => {
    bytes += chunk.length
  })
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve))
  return bytes
}

/** Milliseconds from a key press to its echo, one after the other. */
export async function echo(door: Door, count: number): Promise<number[]> {
  let onEcho = () => {}
  let seen = 0
  const keyPress = Buffer.concat([Buffer.from([0x82, 0x88, 1, 2, 3, 4]), Buffer.alloc(8)])
  const socket = await openStream(door, '/echo', 0, (chunk) => {
    seen += chunk.length
    if (seen < keyPress.length) return
    seen = 0
    onEcho()
  })
  const times: number[] = []
  for (let index = 0; index < count; index++) {
    const startedAt = performance.now()
    const echoed = new Promise<void>((resolve) => {
      onEcho = resolve
    })
    socket.write(keyPress)
    await echoed
    times.push(performance.now() - startedAt)
  }
  socket.destroy()
  return times
}
