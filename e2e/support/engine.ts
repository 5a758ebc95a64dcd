// The engine as a stranger sees it: to look at what Berth made, and to check that what was there before is still there.
import Docker from 'dockerode'
import { engineUrl } from './portal'

export function openEngine(): Docker {
  const url = new URL(engineUrl())
  return url.protocol === 'unix:'
    ? new Docker({ socketPath: url.pathname })
    : new Docker({ host: url.hostname, port: Number(url.port) })
}

export async function containersOf(engine: Docker, installLabel: string): Promise<Docker.ContainerInfo[]> {
  return engine.listContainers({ all: true, filters: { label: [`berth.install=${installLabel}`] } })
}

/** Runs a program in a session's container and returns what it printed. */
export async function execIn(engine: Docker, containerId: string, command: string[]): Promise<string> {
  const exec = await engine.getContainer(containerId).exec({ Cmd: command, AttachStdout: true, AttachStderr: true, Tty: true })
  const stream = await exec.start({ Tty: true })
  let text = ''
  for await (const chunk of stream) text += chunk.toString()
  return text
}

export async function containerOfSession(engine: Docker, sessionId: string): Promise<Docker.ContainerInspectInfo> {
  const [info] = await engine.listContainers({ all: true, filters: { label: [`berth.session=${sessionId}`] } })
  if (!info) throw new Error(`no container of session ${sessionId}`)
  return engine.getContainer(info.Id).inspect()
}

/** Removes what one installation made; the portal itself leaves running desktops and homes alone when it stops. */
export async function removeInstallation(engine: Docker, installLabel: string): Promise<void> {
  const filters = { label: [`berth.install=${installLabel}`] }
  for (const { Id } of await engine.listContainers({ all: true, filters }))
    await engine.getContainer(Id).remove({ force: true, v: true })
  const { Volumes } = await engine.listVolumes({ filters })
  for (const { Name } of Volumes ?? []) await engine.getVolume(Name).remove()
  for (const { Id } of await engine.listNetworks({ filters })) await engine.getNetwork(Id).remove()
}

export type Stranger = { verify(): Promise<void>; remove(): Promise<void> }

/** Somebody else's container, volume and network, made before the tests: they must be untouched after. */
export async function makeStranger(engine: Docker, image: string, name: string): Promise<Stranger> {
  await engine.createVolume({ Name: name })
  const network = await engine.createNetwork({ Name: name })
  const container = await engine.createContainer({
    Image: image,
    name,
    Entrypoint: ['sleep', '86400'],
    HostConfig: { Binds: [`${name}:/data`] },
  })
  const remove = async () => {
    await container.remove({ force: true })
    await Promise.all([engine.getVolume(name).remove(), network.remove()])
  }
  await container.start().catch(async (error: unknown) => {
    await remove()
    throw error
  })
  const { State } = await container.inspect()
  return {
    verify: async () => {
      const now = await container.inspect()
      if (!now.State.Running || now.State.StartedAt !== State.StartedAt) throw new Error("a stranger's container was touched")
      await Promise.all([engine.getVolume(name).inspect(), network.inspect()])
    },
    remove,
  }
}
