// What is answered where a request cannot even be read, as Node would, but in words where a person may see it: a browser that has too many cookies
// for this host gets nothing else from the portal, and only its owner can do something about it.
import type { Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { sayLast } from '@/lib/gateway/say-last'

type Unreadable = { status: string; text: string }

const tooLarge: Unreadable = {
  status: '431 Request Header Fields Too Large',
  text:
    'This browser sends more with each request than is read here: most often cookies of this host or of names above it, which another page has set.\n' +
    'Clear the cookies of this site in the browser, and sign in again.\n',
}

const byCode: Record<string, Unreadable> = {
  HPE_HEADER_OVERFLOW: tooLarge,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: '413 Payload Too Large', text: '' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: '408 Request Timeout', text: '' },
}

export function answerUnreadable(server: Server): void {
  server.on(
    'clientError',
    (error: NodeJS.ErrnoException, socket: Duplex & { _httpMessage?: { headersSent: boolean } | null }) => {
      // In the middle of another answer it would be read as a part of that.
      if (!socket.writable || socket._httpMessage?.headersSent) return void socket.destroy(error)
      const { status, text } = byCode[error.code ?? ''] ?? { status: '400 Bad Request', text: '' }
      const lines = [
        `HTTP/1.1 ${status}`,
        'Connection: close',
        'Content-Type: text/plain; charset=utf-8',
        `Content-Length: ${Buffer.byteLength(text)}`,
        'Cache-Control: no-store',
        'X-Content-Type-Options: nosniff',
      ]
      sayLast(socket, `${lines.join('\r\n')}\r\n\r\n${text}`)
    },
  )
}
