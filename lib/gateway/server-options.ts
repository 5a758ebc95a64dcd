// What the HTTP servers in front of the gateway must be made with: limits on what a browser may send and how slowly.
import type { ServerOptions } from 'node:http'
import { keepAliveDelayMs } from './upstream-connection'

export const gatewayServerOptions = {
  // More is answered with 431.
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
  requireHostHeader: true,
  insecureHTTPParser: false,
  noDelay: true,
  keepAlive: true,
  keepAliveInitialDelay: keepAliveDelayMs,
} as const satisfies ServerOptions
