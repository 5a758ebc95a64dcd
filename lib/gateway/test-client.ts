// What a browser, or an attacker, says to the gateway: raw requests whose every byte the test chooses.
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

export type Answer = { status: number; headers: Map<string, string[]>; body: string; socket: Socket }
/** `allowHalfOpen`: it keeps its side open until it is told otherwise. */
export type Dial = { port: number; isTls: boolean; allowHalfOpen?: boolean }

export function dial({ port, isTls, allowHalfOpen = false }: Dial): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const tcp = connectTcp({ host: '127.0.0.1', port, allowHalfOpen })
    tcp.on('error', reject)
    if (!isTls) return void tcp.once('connect', () => resolve(tcp))
    const tls = connectTls({ socket: tcp, rejectUnauthorized: false }, () => resolve(tls))
    tls.on('error', reject)
    // A TLS socket cannot reset; the connection beneath it can.
    tls.resetAndDestroy = () => {
      tcp.resetAndDestroy()
      return tls
    }
  })
}

/** Sends the text and reads one answer; of a 101 the socket stays open, with what came after it given back. */
export async function say(to: Dial, text: string): Promise<Answer> {
  const socket = await dial(to)
  socket.write(text, 'latin1')
  return readAnswer(socket)
}

export function readAnswer(socket: Socket): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0)
    const onData = (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      const answer = parse(received, socket, false)
      if (answer) done(answer)
    }
    const onClose = () => {
      const answer = parse(received, socket, true)
      if (answer) done(answer)
      else reject(new Error(`no answer, only: ${received.toString('latin1').slice(0, 200)}`))
    }
    socket.on('data', onData)
    socket.once('close', onClose)
    function done(answer: Answer) {
      socket.off('data', onData)
      socket.off('close', onClose)
      if (answer.status === 101) {
        socket.pause()
        // Only now: a flowing socket would hand it straight back to this reader.
        if (answer.body.length > 0) socket.unshift(Buffer.from(answer.body, 'latin1'))
      } else socket.destroy()
      resolve(answer)
    }
  })
}

function parse(bytes: Buffer, socket: Socket, isOver: boolean): Answer | null {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return null
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const headers = new Map<string, string[]>()
  for (const line of lines) {
    const name = line.slice(0, line.indexOf(':')).toLowerCase()
    headers.set(name, [...(headers.get(name) ?? []), line.slice(line.indexOf(':') + 1).trim()])
  }
  const status = Number(first.split(' ')[1])
  const rest = bytes.subarray(end + 4)
  const length = headers.get('content-length')?.[0]
  const isWhole = status === 101 || (length !== undefined && rest.length >= Number(length))
  if (!isWhole && !isOver) return null
  return { status, headers, body: rest.toString('latin1'), socket }
}

/** A frame as a viewer sends it: final, masked. */
export function maskedFrame(payload: Uint8Array, opcode = 2, mask = Buffer.from([0x11, 0x22, 0x33, 0x44])): Buffer {
  const length = payload.length
  const head =
    length < 126
      ? Buffer.from([0x80 | opcode, 0x80 | length])
      : length < 65_536
        ? Buffer.from([0x80 | opcode, 0xfe, length >> 8, length & 0xff])
        : Buffer.from([
            0x80 | opcode,
            0xff,
            0,
            0,
            0,
            0,
            length >>> 24,
            (length >> 16) & 0xff,
            (length >> 8) & 0xff,
            length & 0xff,
          ])
  return Buffer.concat([head, mask, Buffer.from(payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0)))])
}
