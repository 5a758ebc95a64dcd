// Small volumes on a host that say something by their labels: read with one call and made with one, without a container and without an image.
import type { ContainerHost } from '@/lib/domain/container-host'
import { labelKeys } from '@/lib/domain/container-spec'
import { DomainError } from '@/lib/domain/errors'
import type { HostSays, HostVolume } from '@/lib/domain/host-claim'
import { type Engine, infoOf } from './engine'
import { unless } from './status-codes'

const kindLabel = 'berth.host'
const wordLabel = 'berth.host-says'

type Listed = { Name: string; CreatedAt?: string; Labels?: Record<string, string> | null }

type HostVolumeVerbs = Pick<ContainerHost, 'hostVolumes' | 'makeHostVolume' | 'removeHostVolume' | 'hostTime'>

export function hostVolumeVerbs(engine: Engine): HostVolumeVerbs {
  // By their own label, at the last look.
  let seen = new Set<string>()
  return {
    hostVolumes: (signal) =>
      engine.call('look', { signal, deadlineMs: 10_000 }, async (docker, abortSignal) => {
        const filters = { label: [kindLabel] }
        const { Volumes } = (await docker.listVolumes({ filters, abortSignal })) as { Volumes?: Listed[] | null }
        seen = new Set((Volumes ?? []).map(({ Name }) => Name))
        return (Volumes ?? []).flatMap((volume) => toHostVolume(volume) ?? [])
      }),
    makeHostVolume: (name, says, signal) =>
      engine.call('create', { signal, deadlineMs: 30_000 }, async (docker, abortSignal) => {
        const Labels = { [labelKeys.install]: engine.installId, [kindLabel]: says.kind, [wordLabel]: JSON.stringify(says) }
        await docker.createVolume({ Name: name, Driver: 'local', Labels, abortSignal } as object)
      }),
    removeHostVolume: (name, signal) =>
      engine.call('remove', { signal, deadlineMs: 30_000 }, async (docker, abortSignal) => {
        const volume = docker.getVolume(name)
        if (seen.delete(name)) return void (await unless([404], volume.remove({ abortSignal } as object)))
        const found = (await unless([404], volume.inspect({ abortSignal } as object))) as Listed | null
        // By its own label: a name alone proves nothing.
        if (found?.Labels?.[kindLabel]) await unless([404], volume.remove({ abortSignal } as object))
      }),
    hostTime: (signal) =>
      engine.call('look', { signal, deadlineMs: 10_000 }, async (docker, abortSignal) => {
        const { SystemTime } = await infoOf<{ SystemTime?: string }>(docker, abortSignal)
        const at = new Date(SystemTime ?? '')
        if (Number.isNaN(at.getTime()))
          throw new DomainError('agent_refused', { message: 'The engine does not say what time it is.' })
        return at
      }),
  }
}

/** Labels can be written by anybody who may use the engine: what cannot be read says nothing. */
function toHostVolume({ Name, CreatedAt, Labels }: Listed): HostVolume | null {
  const createdAt = new Date(CreatedAt ?? '')
  const says = readWords(Labels?.[wordLabel])
  return says && !Number.isNaN(createdAt.getTime()) ? { name: Name, createdAt, says } : null
}

function readWords(text: string | undefined): HostSays | null {
  try {
    const said = JSON.parse(text ?? '') as Record<string, unknown>
    if (said.kind === 'nonce') return { kind: 'nonce' }
    if (said.kind === 'identity' && typeof said.hostId === 'string') return { kind: 'identity', hostId: said.hostId.slice(0, 64) }
    const claimedAt = new Date(String(said.claimedAt))
    if (said.kind !== 'mark' || typeof said.installId !== 'string' || typeof said.url !== 'string') return null
    if (Number.isNaN(claimedAt.getTime())) return null
    const [installId, url] = [said.installId.slice(0, 64), said.url.slice(0, 300)]
    return { kind: 'mark', installId, url, claimedAt, tookOver: said.tookOver === true }
  } catch {
    return null
  }
}
