// The floor of a launch: the same image with the same options, started by hand, until a plain client has its first picture.
import { connect } from 'node:net'
import { performance } from 'node:perf_hooks'
import type Docker from 'dockerode'
import { probeFirstFrame } from '@/e2e/contract/rfb-probe'

export type FloorOptions = {
  image: string
  hostConfig: Docker.HostConfig
  environment: string[]
  password: string
  label: string
}

/** Milliseconds from the call that creates the container to the last byte of the first FramebufferUpdate. */
export async function launchByHand(engine: Docker, options: FloorOptions): Promise<number> {
  const startedAt = performance.now()
  const container = await engine.createContainer({
    Image: options.image,
    Env: options.environment,
    Labels: { [options.label]: '1' },
    ExposedPorts: { '6901/tcp': {} },
    HostConfig: options.hostConfig,
  })
  try {
    await container.start()
    const info = await container.inspect()
    const address = Object.values(info.NetworkSettings.Networks)[0]?.IPAddress
    if (!address) throw new Error('the container has no address')
    await untilPicture(address, options.password)
    return performance.now() - startedAt
  } finally {
    await container.remove({ force: true, v: true })
  }
}

/** A desktop listens only once it is ready, so asking whether it does costs it nothing; then there is one handshake. */
async function untilPicture(host: string, password: string): Promise<void> {
  const deadline = performance.now() + 60_000
  while (!(await listens(host))) {
    if (performance.now() > deadline) throw new Error('the desktop did not listen within 60 s')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  await probeFirstFrame({ host, port: 6901, user: 'kasm_user', password, timeoutMs: 10_000 })
}

function listens(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: 6901 })
    const end = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => end(true)).once('error', () => end(false))
  })
}
