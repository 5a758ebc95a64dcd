// The viewer page of desktops that speak plain RFB, served by the gateway itself: it is there before the container has started, it needs no
// journey to the desktop, and a new release reaches desktops that already run. The desktop's own copy serves whoever opens it by hand.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import type { LiveGrant } from './admissions'
import { pathOfTarget } from './request-path'

export type ViewerPage = {
  fits(req: IncomingMessage, grant: LiveGrant): boolean
  answer(req: IncomingMessage, res: ServerResponse): void
}

/** `html`: the page as it is; null where none was built, so that every desktop serves its own. */
export function viewerPage(html: string | null, ownHeaders: Record<string, string>): ViewerPage {
  const plain = Buffer.from(html ?? '')
  const packed = gzipSync(plain, { level: 9 })
  return {
    fits(req, { route }) {
      if (html === null || !route.fitsViewer) return false
      return (route.target !== null || route.state === 'starting') && pathOfTarget(req.url) === '/vnc.html'
    },
    answer(req, res) {
      const isPacked = /\bgzip\b/.test(String(req.headers['accept-encoding'] ?? ''))
      const body = isPacked ? packed : plain
      res.writeHead(200, {
        ...ownHeaders,
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Length': String(body.length),
        // A reload after an upgrade must show the new one, and a port's next session must not find this one's.
        'Cache-Control': 'no-store',
        Vary: 'Accept-Encoding',
        ...(isPacked ? { 'Content-Encoding': 'gzip' } : {}),
      })
      res.end(req.method === 'HEAD' ? undefined : body)
    },
  }
}
