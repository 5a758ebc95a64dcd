// Creates a session's container with what it needs beforehand, or adopts the one that is there. Names are deterministic, so a
// create that was repeated after a crash finds its own work.
import { createHash } from 'node:crypto'
import type Docker from 'dockerode'
import type { SeenContainer } from '@/lib/domain/container-host'
import { type ContainerSpec, labelKeys, networkName } from '@/lib/domain/container-spec'
import { DomainError, hasCode } from '@/lib/domain/errors'
import type { Engine } from './engine'
import { isOurs } from './labels'
import type { OwnContainers } from './own-containers'
import { sendCreate } from './send-create'
import { unless } from './status-codes'
import { toCreateOptions } from './to-create-options'

type Labelled = { Labels?: Record<string, string> | null }

export type Creation = {
  ensureNetwork(name: string, signal: AbortSignal): Promise<void>
  ensureCreated(spec: ContainerSpec, signal: AbortSignal): Promise<SeenContainer>
  /** Runs a start; when somebody has removed our network since it was last seen, makes it anew and runs it once more. */
  withNetwork<T>(signal: AbortSignal, run: () => Promise<T>): Promise<T>
}

export function creation(engine: Engine, own: OwnContainers): Creation {
  const networks = new Set<string>()
  // Seen to be ours. One that is removed meanwhile is made anew with the container, with the labels it had (to-create-options.ts).
  const volumes = new Set<string>()

  async function ensureKnownVolume(volume: ContainerSpec['volumes'][number], signal: AbortSignal): Promise<void> {
    if (volumes.has(volume.name)) return
    await ensureVolume(engine, volume, signal)
    volumes.add(volume.name)
  }

  async function ensureNetwork(name: string, signal: AbortSignal): Promise<void> {
    if (networks.has(name)) return
    await engine.call('create', { signal, deadlineMs: 30_000 }, (docker, abortSignal) =>
      makeNetwork(docker, name, engine.installId, abortSignal),
    )
    networks.add(name)
  }

  async function createOrAdopt(spec: ContainerSpec, signal: AbortSignal): Promise<SeenContainer> {
    const options = toCreateOptions(spec)
    await engine.call('create', { signal, deadlineMs: 30_000 }, (docker, abortSignal) =>
      unless([409], sendCreate(docker, options, abortSignal)),
    )
    const seen = await own.find(spec.labels[labelKeys.session] ?? '', signal)
    if (!seen) throw foreign('container', spec.name)
    return seen
  }

  async function ensureCreated(spec: ContainerSpec, signal: AbortSignal): Promise<SeenContainer> {
    await Promise.all([
      spec.network === networkName(engine.installId) ? ensureNetwork(spec.network, signal) : undefined,
      ...spec.volumes.map((volume) => ensureKnownVolume(volume, signal)),
    ])
    return createOrAdopt(spec, signal)
  }

  return {
    ensureNetwork,
    ensureCreated,
    withNetwork: async (signal, run) => {
      const name = networkName(engine.installId)
      try {
        return await run()
      } catch (error) {
        if (!hasCode(error, 'container_failed') || !(error as Error).message.includes(`network ${name} not found`)) throw error
        networks.delete(name)
        await ensureNetwork(name, signal)
        return run()
      }
    },
  }
}

async function makeNetwork(docker: Docker, name: string, installId: string, abortSignal: AbortSignal): Promise<void> {
  const isThere = async () => {
    const existing = (await unless([404], inspectNetwork(docker, name, abortSignal))) as Labelled | null
    if (existing && !isOurs(existing.Labels, installId)) throw foreign('network', name)
    return existing !== null
  }
  if (await isThere()) return
  const options = {
    Name: name,
    Driver: 'bridge',
    CheckDuplicate: true,
    Labels: { [labelKeys.install]: installId },
    // Sessions on one bridge must not reach each other; the host still reaches each of them.
    // A name of its own, so that a host's filters know the bridge before it is there.
    Options: { 'com.docker.network.bridge.enable_icc': 'false', 'com.docker.network.bridge.name': bridgeName(installId) },
  }
  try {
    await docker.createNetwork({ ...options, abortSignal })
  } catch (error) {
    // Two at once: Docker finds the other's name (409) or its bridge (403), whichever is there first.
    const { statusCode } = error as { statusCode?: number }
    if ((statusCode !== 403 && statusCode !== 409) || !(await isThere())) throw error
  }
}

/** Linux allows fifteen characters; two installations on one engine must differ. */
export function bridgeName(installId: string): string {
  return `berth${createHash('sha256').update(installId).digest('hex').slice(0, 10)}`
}

/** The library's types know no options for this call, though it takes them. */
function inspectNetwork(docker: Docker, name: string, abortSignal: AbortSignal): Promise<unknown> {
  const network = docker.getNetwork(name)
  return (network.inspect.bind(network) as unknown as (options: object) => Promise<unknown>)({ abortSignal })
}

async function ensureVolume(engine: Engine, volume: ContainerSpec['volumes'][number], signal: AbortSignal): Promise<void> {
  await engine.call('create', { signal, deadlineMs: 30_000 }, async (docker, abortSignal) => {
    // Docker answers with an existing volume of that name as if it had just made it, and in 20.10 without the labels it has.
    const options = { Name: volume.name, Driver: 'local', Labels: volume.labels, abortSignal }
    const made = (await docker.createVolume(options)) as unknown as Labelled
    if (isOurs(made.Labels, engine.installId)) return
    const existing = (await docker.getVolume(volume.name).inspect({ abortSignal } as object)) as Labelled
    if (!isOurs(existing.Labels, engine.installId)) throw foreign('volume', volume.name)
  })
}

export async function removeVolume(engine: Engine, name: string, signal: AbortSignal): Promise<void> {
  await engine.call('remove', { signal, deadlineMs: 30_000 }, async (docker, abortSignal) => {
    const volume = docker.getVolume(name)
    const info = (await unless([404], volume.inspect({ abortSignal } as object))) as Labelled | null
    if (!info) return
    if (!isOurs(info.Labels, engine.installId)) throw foreign('volume', name)
    await unless([404], volume.remove({ abortSignal } as object))
  })
}

function foreign(kind: 'container' | 'network' | 'volume', name: string): DomainError {
  return new DomainError('container_conflict', {
    message: `A ${kind} with the name ${name} is there, but it does not belong to this installation.`,
    hint: `Rename or remove that ${kind} on the agent; Berth never touches what is not its own.`,
  })
}
