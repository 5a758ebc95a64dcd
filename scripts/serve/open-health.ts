// Where a process answers of its health over plain HTTP, and nothing else: for what watches controllers, which listen nowhere for people.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TransferAddress } from '@/lib/domain/transfer-address'
import { listenOn } from './open-listeners'
import type { Readiness } from './readiness'

export type HealthListener = { port: number; close(): Promise<void> }

export async function openHealth({ host, port }: TransferAddress, readiness: Readiness): Promise<HealthListener> {
  const server = createServer((req, res) => {
    readiness
      .answer(req, res)
      .then((isAnswered) => {
        if (!isAnswered) res.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"code":"not_found"}}')
      })
      .catch(() => res.destroy())
  })
  await listenOn(server, { host, port }, 'BERTH_HEALTH_LISTEN')
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
