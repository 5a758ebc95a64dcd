// All engines of the fleet benchmark, in a process of their own: each listens on a socket of its own, with a port where its desktops answer.
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { type FakeContainer, type FakeImage, FleetEngine } from './fleet-engine'
import { endpointOf } from './fleet-engine-answers'

export type FleetTask = { dir: string; installId: string; images: FakeImage[]; sessions: string[][] }
export type FleetStarted = {
  kind: 'started'
  certificate: string
  agents: { socketPath: string; desktopPort: number }[]
  containers: FleetContainer[]
}
export type FleetContainer = { sessionId: string; containerId: string; startedAt: string; endpointId: string }
export type FleetOrder =
  | { kind: 'end'; agent: number; sessionId: string; event: boolean }
  | { kind: 'hang'; agents: number[]; hangs: boolean }
  | { kind: 'asked' }
export type FleetAnswer = FleetStarted | { kind: 'done'; asked?: Record<string, number> }

const hourMs = 3_600_000
const tell = (answer: FleetAnswer) => process.send?.(answer)

async function main({ dir, installId, images, sessions }: FleetTask): Promise<void> {
  const certificate = await generate([{ name: 'commonName', value: 'desktop' }])
  const engines: FleetEngine[] = []
  const containers: FleetContainer[] = []
  const agents: FleetStarted['agents'] = []
  for (const [index, sessionIds] of sessions.entries()) {
    const desktops = createTlsServer({ key: certificate.private, cert: certificate.cert }, (_request, response) =>
      response.writeHead(200, { connection: 'close' }).end('<!doctype html><title>Desktop</title>'),
    )
    desktops.listen(0, '127.0.0.1')
    await once(desktops, 'listening')
    const desktopPort = (desktops.address() as AddressInfo).port
    const engine = new FleetEngine(`host-${String(index).padStart(3, '0')}`, images, desktopPort)
    for (const sessionId of sessionIds) {
      const container = oneThatRuns(installId, sessionId, images[0]?.id ?? '')
      engine.add(container)
      const startedAt = new Date(container.startedMs ?? 0).toISOString()
      containers.push({ sessionId, containerId: container.id, startedAt, endpointId: endpointOf(container) })
    }
    const socketPath = join(dir, `${index}.sock`)
    const server = createServer((request, response) => void engine.handle(request, response).catch(() => response.destroy()))
    server.keepAliveTimeout = 60_000
    server.listen(socketPath)
    await once(server, 'listening')
    engines.push(engine)
    agents.push({ socketPath, desktopPort })
  }
  process.on('message', (order: FleetOrder) => tell(obey(engines, order)))
  process.once('disconnect', () => process.exit(0))
  tell({ kind: 'started', certificate: certificate.cert, agents, containers })
}

function oneThatRuns(installId: string, sessionId: string, image: string): FakeContainer {
  const startedMs = Date.now() - 2 * hourMs - Math.floor(Math.random() * 20 * hourMs)
  return {
    id: randomBytes(32).toString('hex'),
    name: `berth-${sessionId}`,
    image,
    labels: {
      'berth.install': installId,
      'berth.session': sessionId,
      'berth.user': 'somebody',
      'berth.gpus': sessionId,
      'berth.viewer': '1',
    },
    hostConfig: { NetworkMode: `berth-${installId}`, NanoCpus: 4_000_000_000, Memory: 16 * 1024 ** 3, DeviceRequests: [] },
    createdMs: startedMs - 100,
    startedMs,
    endedMs: null,
    exitCode: 0,
    state: 'running',
    output: null,
  }
}

function obey(engines: readonly FleetEngine[], order: FleetOrder): FleetAnswer {
  if (order.kind === 'hang') for (const agent of order.agents) engines[agent]?.hang(order.hangs)
  if (order.kind === 'end') {
    const engine = engines[order.agent]
    const container = [...(engine?.containers.values() ?? [])].find(({ name }) => name === `berth-${order.sessionId}`)
    if (!engine || !container) throw new Error(`there is no container of session ${order.sessionId}`)
    engine.end(container, 137, { event: order.event })
  }
  if (order.kind !== 'asked') return { kind: 'done' }
  const sums: Record<string, number> = {}
  for (const { asked } of engines) {
    for (const [what, count] of asked) sums[what] = (sums[what] ?? 0) + count
    asked.clear()
  }
  return { kind: 'done', asked: sums }
}

process.once('message', (task: FleetTask) => {
  main(task).catch((error: unknown) => {
    console.error(error)
    process.exit(1)
  })
})
