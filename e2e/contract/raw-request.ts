// A request byte by byte over TLS, for what ordinary clients refuse to send or hide from their caller.
import { once } from 'node:events'
import { connect, type TLSSocket } from 'node:tls'

export type RawAnswer = { status: number; headers: Map<string, string>; body: Buffer }
export type RawUpgrade = { status: number; headers: Map<string, string>; socket: TLSSocket; early: Buffer }

type Target = { host: string; port: number }

const timeoutMs = 10_000

/** Sends the lines as a request and returns the answer once the server closes the connection. */
export async function rawRequest(target: Target, lines: string[]): Promise<RawAnswer> {
  const { socket, head, rest } = await send(target, lines)
  const chunks = [rest]
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  if (!socket.readableEnded) await once(socket, 'close')
  return { ...head, body: Buffer.concat(chunks) }
}

/** Sends the lines and returns as soon as the header block is there; the caller ends the socket. */
export async function rawUpgrade(target: Target, lines: string[]): Promise<RawUpgrade> {
  const { socket, head, rest } = await send(target, lines)
  return { ...head, socket, early: rest }
}

type Head = { status: number; headers: Map<string, string> }

async function send(target: Target, lines: string[]): Promise<{ socket: TLSSocket; head: Head; rest: Buffer }> {
  const socket = connect({ ...target, rejectUnauthorized: false })
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)))
  let received: Buffer = Buffer.alloc(0)
  const answered = new Promise<{ head: Head; rest: Buffer }>((resolve, reject) => {
    const onData = (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      const end = received.indexOf('\r\n\r\n')
      if (end === -1) return
      socket.off('data', onData).pause()
      resolve({ head: readHead(received.subarray(0, end).toString('latin1')), rest: received.subarray(end + 4) })
    }
    socket.on('data', onData)
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('the server closed the connection without an answer')))
  })
  socket.write([...lines, '', ''].join('\r\n'))
  const { head, rest } = await answered
  socket.resume()
  return { socket, head, rest }
}

function readHead(text: string): Head {
  const [first = '', ...lines] = text.split('\r\n')
  const headers = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
  return { status: Number(first.split(' ')[1]), headers }
}
