// Next as a part of our server: it answers requests and never listens by itself.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import next from 'next'
import type { Config } from '@/lib/config'

export type Pages = {
  request: (req: IncomingMessage, res: ServerResponse) => Promise<void>
  upgrade: (req: IncomingMessage, socket: Socket, head: Buffer) => Promise<void>
  close: () => Promise<void>
}

export async function openPages(root: string, config: Config): Promise<Pages> {
  // Next would otherwise find the real server through the first request and take every WebSocket upgrade, sessions' included.
  const unused = createServer()
  const app = next({ dev: !config.production, dir: root, hostname: config.host, port: config.port, httpServer: unused })
  await app.prepare()
  const request = app.getRequestHandler()
  return {
    request: (req, res) => request(req, res),
    // Only its own development tools speak WebSocket.
    upgrade: async (req, socket, head) => {
      if (config.production) socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      // Its own getUpgradeHandler does nothing: Next listens on the server it was given, and without an answer no page hydrates.
      else unused.emit('upgrade', req, socket, head)
    },
    close: () => app.close(),
  }
}
