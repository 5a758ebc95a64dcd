// The least that Node can do: whatever comes is piped to the desktop and back. What the gateway costs beyond it is its own.
import { readFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'
import type { PipeOrder } from './proxies'

const order = JSON.parse(process.argv[2] ?? '') as PipeOrder

function join(client: Socket): void {
  const to = { host: '127.0.0.1', port: order.upstreamPort }
  const upstream = order.isUpstreamTls ? connectTls({ ...to, rejectUnauthorized: false }) : connect(to)
  for (const [one, other] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    one.setNoDelay(true)
    one.on('error', () => {})
    one.on('close', () => other.destroy())
    one.pipe(other)
  }
}

const server = order.tls
  ? createTlsServer({ key: readFileSync(order.tls.keyPath), cert: readFileSync(order.tls.certPath) }, join)
  : createServer(join)
server.listen(0, '127.0.0.1', 1_024, () => process.send?.({ port: (server.address() as AddressInfo).port }))
process.on('disconnect', () => process.exit(0))
