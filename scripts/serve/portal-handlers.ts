// Who answers on the portal's own port: the gateway for sessions' hosts, pages for everything else.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type Config, config } from '@/lib/config'
import { metricsMediaType, metricsText } from '@/lib/domain/metrics'
import type { Door } from '@/lib/gateway/door'
import type { Gateway } from '@/lib/gateway/gateway'
import { isUnderSessionDomain } from '@/lib/gateway/session-address'
import { hasUnanswered, keepUnanswered } from '@/lib/gateway/unanswered'
import { log } from '@/lib/log'
import { isMetricsToken } from '@/lib/use-cases/metrics-token'
import { processMetrics } from '@/lib/use-cases/process-metrics'
import { portalHeaders } from '@/lib/web/portal-headers'
import type { Handlers } from './open-listeners'
import type { Pages } from './open-pages'
import type { Readiness } from './readiness'

type Serving = { gateway: Gateway | null; pages: Pages | null; readiness: Pick<Readiness, 'answer' | 'answerWithoutDatabase'> }

export function portalHandlers(settings: Config, { gateway, pages, readiness }: Serving): Handlers {
  // Pages are for the portal's own host: under a session's they would be what a desktop says they are.
  const ownsElsewhere = (req: IncomingMessage) => !gateway && isUnderSessionDomain(req, settings)
  const answerTo = async (req: IncomingMessage, res: ServerResponse) => {
    if (gateway?.owns(req)) return gateway.request(req, res)
    keepUnanswered(req, res)
    for (const [name, value] of Object.entries(portalHeaders(settings.publicUrl, req.url))) res.setHeader(name, value)
    if (ownsElsewhere(req)) return withoutGateway(res)
    if (await readiness.answer(req, res)) return
    if (!pages) return withoutPages(req, res)
    if (!(await readiness.answerWithoutDatabase(req, res))) await pages.request(req, res)
  }
  return {
    request: (req, res) => {
      const answer = answerTo(req, res)
      answer.catch((error: unknown) => failRequest(error, req, res))
    },
    upgrade: (req, socket, head) => {
      const fail = (error: unknown) => failUpgrade(error, socket)
      if (gateway?.owns(req)) gateway.upgrade(req, socket, head).catch(fail)
      else if (pages && !hasUnanswered(socket) && !ownsElsewhere(req)) pages.upgrade(req, socket, head).catch(fail)
      else socket.destroy()
    },
  }
}

export function handlersOf(door: Door): Handlers {
  return {
    request: (req, res) => void door.request(req, res).catch((error: unknown) => failRequest(error, req, res)),
    upgrade: (req, socket, head) => void door.upgrade(req, socket, head).catch((error: unknown) => failUpgrade(error, socket)),
  }
}

/** The proxy in front sends sessions' hosts to the wrong process. */
async function withoutGateway(res: ServerResponse): Promise<void> {
  res.writeHead(421, { 'content-type': 'text/plain', 'cache-control': 'no-store' })
  res.end('This process serves pages only. Desktops are reached through a process with the role gateway.\n')
}

/** A gateway without pages still tells whoever watches it that it is alive, and what it does. */
async function withoutPages(req: IncomingMessage, res: ServerResponse): Promise<void> {
  if (req.method === 'GET' && req.url === '/api/metrics' && isMetricsToken(config(), req.headers.authorization ?? null)) {
    res.writeHead(200, { 'content-type': metricsMediaType, 'cache-control': 'no-store' })
    res.end(metricsText(processMetrics(config())))
    return
  }
  res.writeHead(404, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  res.end(JSON.stringify({ error: { code: 'not_found', message: 'This process serves sessions only.' } }))
}

function failRequest(err: unknown, req: IncomingMessage, res: ServerResponse): void {
  log().error({ err, method: req.method }, 'A request failed')
  if (res.headersSent) res.destroy()
  else res.writeHead(500, { 'content-type': 'text/plain', connection: 'close' }).end('Something went wrong on our side.\n')
}

function failUpgrade(err: unknown, socket: Socket): void {
  log().error({ err }, 'An upgrade failed')
  socket.destroy()
}
