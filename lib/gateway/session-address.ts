// Which session a request addresses: by exact host name, or by the port on which it came in.
import type { IncomingMessage } from 'node:http'
import type { Config } from '@/lib/config'
import type { SessionAddress } from '@/lib/db/grants'
import { sessionIdOfHost, sessionOrigin } from '@/lib/domain/session-origin'
import { Refusal } from './refusal'

export type GatewayConfig = Pick<Config, 'publicUrl' | 'sessionDomain' | 'trustedProxies'>

/** `origin` is the only one from which a page may open the session's stream. */
export type Addressed = { session: SessionAddress; origin: string }

/** Everything under the session domain is ours to answer, whatever stands before it; the portal's own host is not. */
export function isUnderSessionDomain(req: IncomingMessage, { publicUrl, sessionDomain }: GatewayConfig): boolean {
  if (sessionDomain === null) return false
  const host = (req.headers.host ?? '').toLowerCase()
  const name = host.replace(/:\d*$/, '').replace(/\.$/, '')
  return name.endsWith(`.${sessionDomain}`) && name !== publicUrl.hostname
}

/** Enough for every session that is looked at; whoever makes names up only makes it forget. */
const mostKnown = 4_096

export type AddressReader = (req: IncomingMessage) => Addressed

/** As addressByHost(), remembering what a name means. */
export function hostReader(config: GatewayConfig): AddressReader {
  const known = new Map<string, Addressed>()
  return (req) => {
    const host = onlyHost(req)
    const before = known.get(host)
    if (before) return before
    const addressed = addressByHost(host, config)
    if (known.size >= mostKnown) known.clear()
    known.set(host, addressed)
    return addressed
  }
}

/** Throws not_found for every host that is not exactly a session's. */
function addressByHost(host: string, { publicUrl, sessionDomain }: GatewayConfig): Addressed {
  const sessionId = sessionDomain === null ? null : sessionIdOfHost(host, sessionDomain)
  if (sessionId === null || sessionDomain === null || !isPortalPort(host, publicUrl)) throw new Refusal('not_found')
  const origin = sessionOrigin({ mode: 'domain', publicUrl, sessionDomain }, { id: sessionId, gatewayPort: null })
  return { session: { kind: 'domain', sessionId }, origin }
}

export function addressByPort(req: IncomingMessage, port: number, { publicUrl }: GatewayConfig): Addressed {
  const host = onlyHost(req)
  if (host !== `${publicUrl.hostname}:${port}`) throw new Refusal('not_found')
  return { session: { kind: 'port', port }, origin: `https://${host}` }
}

/** Two Host headers are two opinions; Node keeps the first silently. */
function onlyHost(req: IncomingMessage): string {
  const { rawHeaders } = req
  let count = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name?.length === 4 && name.toLowerCase() === 'host') count++
  }
  const { host } = req.headers
  if (count !== 1 || !host) throw new Refusal('bad_request')
  return host
}

/** A proxy in front may drop the port (nginx's `$host` does), but none may name another. */
function isPortalPort(host: string, publicUrl: URL): boolean {
  const port = /:(\d+)$/.exec(host)?.[1]
  const defaultPort = publicUrl.protocol === 'https:' ? '443' : '80'
  return port === undefined || port === (publicUrl.port || defaultPort)
}
