// For tests: a way to a server that can fall silent without being cut, as a network does that loses every packet.
import { connect, createServer, type Socket } from 'node:net'

export type SilentWay = { url: string; silence(): void; speak(): void; close(): Promise<void> }

export async function openSilentWay(databaseUrl: string): Promise<SilentWay> {
  const target = new URL(databaseUrl)
  const socketDir = target.searchParams.get('host')
  const port = Number(target.port || 5432)
  const sockets = new Set<Socket>()
  let isSilent = false
  const server = createServer((near) => {
    const far = socketDir ? connect(`${socketDir}/.s.PGSQL.${port}`) : connect(port, target.hostname)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('error', () => to.destroy())
      from.on('close', () => to.destroy())
      from.on('data', (bytes) => {
        if (!isSilent) to.write(bytes)
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const near = server.address()
  const url = new URL(databaseUrl)
  url.searchParams.delete('host')
  url.hostname = '127.0.0.1'
  url.port = String(typeof near === 'object' ? near?.port : 0)
  return {
    url: url.href,
    silence: () => {
      isSilent = true
    },
    speak: () => {
      isSilent = false
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
