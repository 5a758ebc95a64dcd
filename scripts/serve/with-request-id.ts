// Gives every request an id: in its answer, in each log line that it causes, and for the pages, instead of whatever a browser sent.
import { requestIdReader } from '@/lib/gateway/client-address'
import { inRequest } from '@/lib/log'
import type { Handlers } from './open-listeners'

export function withRequestId(trustedProxies: readonly string[]): (handlers: Handlers) => Handlers {
  const idOf = requestIdReader(trustedProxies)
  return ({ request, upgrade }) => ({
    request: (req, res) => {
      const id = idOf(req)
      req.headers['x-request-id'] = id
      res.setHeader('X-Request-Id', id)
      inRequest(id, () => request(req, res))
    },
    upgrade: (req, socket, head) => {
      const id = idOf(req)
      req.headers['x-request-id'] = id
      inRequest(id, () => upgrade(req, socket, head))
    },
  })
}
