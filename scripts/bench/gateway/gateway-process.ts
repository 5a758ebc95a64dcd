// The gateway as server.ts wires it, alone in a process. Only one thing differs: where the order asks for it, desktops are dialled without TLS,
// which the product never does, so that it can be compared with proxies that do (docs/decisions/083).
import { connect } from 'node:net'
import pino from 'pino'
import { loadConfig } from '@/lib/config'
import { openDb } from '@/lib/db/client'
import { systemClock } from '@/lib/domain/clock'
import { Connection, type ConnectionUser } from '@/lib/gateway/connection'
import { createGateway } from '@/lib/gateway/gateway'
import type { Target } from '@/lib/gateway/upstream-connection'
import { deriveKeys } from '@/lib/secrets/keys'
import { loadTls } from '@/scripts/serve/load-tls'
import { openListeners } from '@/scripts/serve/open-listeners'
import type { GatewayOrder } from './proxies'

// First: whoever began this may end while it waits for the database.
process.on('disconnect', () => process.exit(0))
const order = JSON.parse(process.argv[2] ?? '') as GatewayOrder
const config = loadConfig(order.environment)
const log = pino({ level: 'warn' })
const stop = new AbortController()
const gateway = createGateway({
  db: openDb(order.databaseUrl),
  databaseUrl: order.databaseUrl,
  keys: deriveKeys(Buffer.from(order.secretHex, 'hex')),
  config,
  log,
  clock: systemClock,
  signal: stop.signal,
  viewerHtml: null,
  ...(order.isUpstreamTls ? {} : { dial: dialPlain }),
})
await gateway.ready
await openListeners({
  config,
  tls: await loadTls(config, systemClock),
  portal: {
    request: (req, res) => void gateway.request(req, res),
    upgrade: (req, socket, head) => void gateway.upgrade(req, socket, head),
  },
  session: null,
})
process.send?.({ port: config.port })

function dialPlain({ host, port }: Target, user: ConnectionUser): Connection {
  const connection = new Connection(user, 64 * 1024, (onread) => connect({ host, port, onread }))
  connection.socket.on('connect', () => connection.secured())
  return connection
}
