// A plain client of a desktop: one WebSocket, one RFB handshake, one picture. Says how long that took.
import { performance } from 'node:perf_hooks'
import { WebSocket } from 'ws'

export type DesktopAddress = { host: string; port: number; user: string; password: string }

export type ProbeOptions = DesktopAddress & { path?: string; headers?: Record<string, string>; timeoutMs?: number }

export type FirstFrame = {
  width: number
  height: number
  name: string
  /** Number of different colours among the sampled pixels; 1 means an empty screen. */
  colours: number
  /** From opening the connection to the last byte of the first FramebufferUpdate. */
  elapsedMs: number
}

export function basicAuthorization(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

/** Connects as a viewer would and resolves with the first picture. */
export async function probeFirstFrame(options: ProbeOptions): Promise<FirstFrame> {
  const startedAt = performance.now()
  const { host, port, path = '/websockify', timeoutMs = 10_000 } = options
  const socket = new WebSocket(`wss://${host}:${port}${path}`, ['binary'], {
    rejectUnauthorized: false,
    origin: `https://${host}:${port}`,
    perMessageDeflate: false,
    handshakeTimeout: timeoutMs,
    headers: { Authorization: basicAuthorization(options.user, options.password), ...options.headers },
  })
  const bytes = new ByteQueue()
  let timer: NodeJS.Timeout | undefined
  const ended = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no picture within ${timeoutMs} ms`)), timeoutMs)
    socket.once('error', reject)
    socket.once('close', (code) => reject(new Error(`the desktop closed the connection (${code})`)))
  })
  // Rejected for certain once the socket is closed below, when nobody waits for it any more.
  ended.catch(() => {})
  socket.on('message', (data: Buffer) => bytes.push(data))
  try {
    await Promise.race([ended, new Promise((resolve) => socket.once('open', resolve))])
    return await Promise.race([ended, receivePicture(socket, bytes, startedAt)])
  } finally {
    clearTimeout(timer)
    socket.terminate()
  }
}

async function receivePicture(socket: WebSocket, bytes: ByteQueue, startedAt: number): Promise<FirstFrame> {
  const { width, height, bitsPerPixel, name } = await shakeHands(socket, bytes)
  socket.send(Buffer.from([2, 0, 0, 1, 0, 0, 0, 0]))
  const request = Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  request.writeUInt16BE(width, 6)
  request.writeUInt16BE(height, 8)
  socket.send(request)
  const colours = await receiveUpdate(bytes, bitsPerPixel / 8)
  return { width, height, name, colours, elapsedMs: performance.now() - startedAt }
}

type Screen = { width: number; height: number; bitsPerPixel: number; name: string }

/** RFB up to the moment when a picture can be asked for. */
export async function shakeHands(socket: WebSocket, bytes: ByteQueue): Promise<Screen> {
  const version = (await bytes.take(12)).toString('latin1')
  if (version !== 'RFB 003.008\n') throw new Error(`not an RFB 3.8 server: ${JSON.stringify(version)}`)
  socket.send(Buffer.from(version, 'latin1'))
  await authenticate(socket, bytes)
  socket.send(Buffer.from([1]))
  const init = await bytes.take(24)
  const [width, height, bitsPerPixel] = [init.readUInt16BE(0), init.readUInt16BE(2), init.readUInt8(4)]
  const name = (await bytes.take(init.readUInt32BE(20))).toString('utf8')
  return { width, height, bitsPerPixel, name }
}

async function authenticate(socket: WebSocket, bytes: ByteQueue): Promise<void> {
  const offered = await bytes.take((await bytes.take(1)).readUInt8())
  if (offered.includes(1)) socket.send(Buffer.from([1]))
  else if (offered.includes(2)) {
    // KasmVNC asks for a VNC password for form's sake: the one that counts was checked over HTTP.
    socket.send(Buffer.from([2]))
    await bytes.take(16)
    socket.send(Buffer.alloc(16))
  } else throw new Error(`unknown security types: ${[...offered].join(', ')}`)
  const result = (await bytes.take(4)).readUInt32BE()
  if (result !== 0) throw new Error(`the security handshake failed with ${result}`)
}

async function receiveUpdate(bytes: ByteQueue, bytesPerPixel: number): Promise<number> {
  for (;;) {
    const type = (await bytes.take(1)).readUInt8()
    if (type === 0) break
    // Between the handshake and the picture: a bell, or the clipboard.
    if (type === 3) await bytes.take((await bytes.take(7)).readUInt32BE(3))
    else if (type !== 2) throw new Error(`unexpected message ${type} before the first picture`)
  }
  const colours = new Set<number>()
  const rectangles = (await bytes.take(3)).readUInt16BE(1)
  for (let index = 0; index < rectangles; index += 1) {
    const header = await bytes.take(12)
    const pixels = await bytes.take(header.readUInt16BE(4) * header.readUInt16BE(6) * bytesPerPixel)
    for (let at = 0; at + 4 <= pixels.length; at += bytesPerPixel * 97) colours.add(pixels.readUInt32LE(at) & 0xff_ff_ff)
  }
  return colours.size
}

/** Frames carry an arbitrary piece of the stream: this hands it out in the pieces that are asked for. */
export class ByteQueue {
  private chunks: Buffer[] = []
  private length = 0
  private waiting: (() => void) | null = null

  push(chunk: Buffer): void {
    this.chunks.push(chunk)
    this.length += chunk.length
    this.waiting?.()
  }

  async take(count: number): Promise<Buffer> {
    while (this.length < count) {
      await new Promise<void>((resolve) => {
        this.waiting = resolve
      })
    }
    const all = Buffer.concat(this.chunks)
    this.chunks = [all.subarray(count)]
    this.length = all.length - count
    return all.subarray(0, count)
  }
}
