// The floor of a launch: the same image with the same options, started by hand, until a plain client has its first picture.
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

async function untilPicture(host: string, password: string): Promise<void> {
  const deadline = performance.now() + 60_000
  for (;;) {
    try {
      await probeFirstFrame({ host, port: 6901, user: 'kasm_user', password, timeoutMs: 10_000 })
      return
    } catch (error) {
      if (performance.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
}
