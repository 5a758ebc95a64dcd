// Next as a part of our server: it answers requests and never listens by itself.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Config } from '@/lib/config'
import { clientAddressReader } from '@/lib/gateway/client-address'
import { sayLast } from '@/lib/gateway/say-last'
import { tellFileSize } from './tell-file-size'

export type Pages = {
  request: (req: IncomingMessage, res: ServerResponse) => Promise<void>
  upgrade: (req: IncomingMessage, socket: Socket, head: Buffer) => Promise<void>
  close: () => Promise<void>
}

export async function openPages(root: string, config: Config): Promise<Pages> {
  // Next would otherwise find the real server through the first request and take every WebSocket upgrade, sessions' included.
  const unused = createServer()
  // Next reads its configuration again to serve: without the version of the build, pages and chunks would name each script
  // differently and a browser would fetch everything twice. (Object.assign, because the name itself is replaced when this is bundled.)
  if (config.production) Object.assign(process.env, { BERTH_BUILD_VERSION: config.buildVersion })
  // Here, so that a process without pages never loads it.
  const { default: next } = await import('next')
  const app = next({ dev: !config.production, dir: root, hostname: config.host, port: config.port, httpServer: unused })
  await app.prepare()
  const request = app.getRequestHandler()
  const addressOf = clientAddressReader(config.trustedProxies)
  return {
    request: (req, res) => {
      // Next believes these headers from anybody. Behind a proxy that rewrites Host, it would also refuse every server action.
      req.headers['x-forwarded-for'] = addressOf(req)
      req.headers['x-forwarded-host'] = config.publicUrl.host
      req.headers['x-forwarded-proto'] = config.publicUrl.protocol.slice(0, -1)
      tellFileSize(res)
      return request(req, res)
    },
    // Only its own development tools speak WebSocket.
    upgrade: async (req, socket, head) => {
      if (config.production) refuseUpgrade(socket)
      // Its own getUpgradeHandler does nothing: Next listens on the server it was given, and without an answer no page hydrates.
      else unused.emit('upgrade', req, socket, head)
    },
    close: () => app.close(),
  }
}

export function refuseUpgrade(socket: Socket): void {
  sayLast(socket, 'HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
}
