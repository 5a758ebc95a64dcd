// What a request must be before it goes on to a desktop, apart from who sends it.
import type { IncomingMessage } from 'node:http'
import { Refusal } from './refusal'
import { isForwardablePath, pathOfTarget } from './request-path'

/** Before anything else: whatever two parsers could understand differently ends here. */
export function assertPlainRequest(req: IncomingMessage): void {
  const { 'content-length': length, 'transfer-encoding': coding } = req.headers
  const isBodyless = coding === undefined && (length === undefined || length === '0')
  // A GET with a body is either a mistake or the first half of a smuggled request.
  if (pathOfTarget(req.url) === null || ((req.method === 'GET' || req.method === 'HEAD') && !isBodyless)) {
    throw new Refusal('bad_request')
  }
}

/** Cross-site cookies reach us from frames of other desktops too; Fetch Metadata tells those from the portal's own navigation. */
export function assertOwnSite(req: IncomingMessage): void {
  const { 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': destination } = req.headers
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && mode !== 'navigate') throw new Refusal('foreign_origin')
  // A service worker would outlive the session, on ports even into the next one.
  if (destination === 'serviceworker' || req.headers['service-worker'] !== undefined) throw new Refusal('no_such_page')
}

export function assertReading(req: IncomingMessage): void {
  if (req.method !== 'GET' && req.method !== 'HEAD') throw new Refusal('method_not_allowed')
}

export function forwardablePath(req: IncomingMessage): string {
  const path = pathOfTarget(req.url)
  if (path === null || !isForwardablePath(path)) throw new Refusal('no_such_page')
  return path
}
