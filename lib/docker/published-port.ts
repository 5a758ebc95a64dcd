// Whether ports that this engine publishes are reached from here: a firewall may let Docker's own port through and nothing else.
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import type Docker from 'dockerode'
import type { ContainerHost, PublishedReach } from '@/lib/domain/container-host'
import { hasCode } from '@/lib/domain/errors'
import type { Engine } from './engine'
import { lookOptions } from './gpu-access'
import { safeLookup } from './safe-address'
import { unless } from './status-codes'

const port = '6901/tcp'
const answerWithinMs = 2_500

export function publishedPortVerbs(engine: Engine): Pick<ContainerHost, 'tryPublished'> {
  return {
    tryPublished: async (address, signal) => {
      const image = await engine.call('look', { signal, deadlineMs: 10_000 }, (docker, abortSignal) =>
        smallest(docker, abortSignal),
      )
      if (image === null) return 'unknown'
      try {
        return await engine.call('start', { signal, deadlineMs: 15_000 }, (docker, abortSignal) =>
          publish(engine, docker, { image, address, abortSignal }),
        )
      } catch (error) {
        if (/cannot assign requested address/i.test((error as Error).message)) return 'not_its_address'
        // An image without a shell says nothing about ports.
        if (hasCode(error, 'container_failed')) return 'unknown'
        throw error
      }
    },
  }
}

async function smallest(docker: Docker, abortSignal: AbortSignal): Promise<string | null> {
  const images = await docker.listImages({ abortSignal } as object)
  const [first] = images.sort((a, b) => a.Size - b.Size)
  return first?.Id ?? null
}

type Publish = { image: string; address: string; abortSignal: AbortSignal }

/** Nothing listens in the container: whoever is refused by it has reached it. */
async function publish(engine: Engine, docker: Docker, { image, address, abortSignal }: Publish): Promise<PublishedReach> {
  const name = `berth-probe-${randomBytes(6).toString('hex')}`
  const { HostConfig, ...options } = lookOptions(
    { installId: engine.installId, kind: 'probe', name, image, script: 'sleep 20' },
    null,
  )
  const container = await docker.createContainer({
    ...options,
    ExposedPorts: { [port]: {} },
    HostConfig: { ...HostConfig, NetworkMode: 'bridge', PortBindings: { [port]: [{ HostIp: address, HostPort: '' }] } },
    abortSignal,
  })
  try {
    await container.start({ abortSignal })
    const { NetworkSettings } = await container.inspect({ abortSignal })
    const published = Number(NetworkSettings.Ports[port]?.[0]?.HostPort)
    return published ? await knock(address, published) : 'unknown'
  } finally {
    await engine.call('remove', { signal: new AbortController().signal, deadlineMs: 20_000 }, (_docker, abort) =>
      unless([404, 409], container.remove({ force: true, v: true, abortSignal: abort })),
    )
  }
}

function knock(host: string, portNumber: number): Promise<PublishedReach> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: portNumber, lookup: safeLookup, timeout: answerWithinMs })
    const tell = (answer: PublishedReach) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => tell('reached')).once('timeout', () => tell('filtered'))
    socket.once('error', (error: NodeJS.ErrnoException) =>
      tell(error.code === 'ECONNREFUSED' || error.code === 'ECONNRESET' ? 'reached' : 'filtered'),
    )
  })
}
