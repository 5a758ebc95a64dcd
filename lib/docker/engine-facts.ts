// What an engine says about itself, and what a throw-away container sees of its disk and GPUs (the engine's API tells neither).
import { randomBytes } from 'node:crypto'
import type Docker from 'dockerode'
import type { ContainerHost, EngineFacts, ProbeResult } from '@/lib/domain/container-host'
import { labelKeys } from '@/lib/domain/container-spec'
import { DomainError } from '@/lib/domain/errors'
import { type Engine, infoOf, versionOf } from './engine'
import { labelFilter } from './labels'
import { demultiplex, toPlainText } from './log-tail'
import { fromProbeOutput, probeScript } from './probe-output'
import { unless } from './status-codes'

type Info = {
  Name?: string
  ServerVersion?: string
  OperatingSystem?: string
  Architecture?: string
  NCPU?: number
  MemTotal?: number
  Driver?: string
  LiveRestoreEnabled?: boolean
  Warnings?: string[] | null
  Runtimes?: Record<string, unknown> | null
  /** Since API 1.50. */
  DiscoveredDevices?: { Source?: string; ID?: string }[] | null
}

export function factVerbs(engine: Engine): Pick<ContainerHost, 'facts' | 'probe'> {
  return {
    facts: (signal) =>
      engine.call('look', { signal, deadlineMs: 10_000 }, async (docker, abortSignal) => {
        const info = await infoOf<Info>(docker, abortSignal)
        const version = await versionOf(docker, abortSignal)
        return toFacts(info, version.ApiVersion ?? '')
      }),
    probe: async (imageReference, signal) => {
      await removeLeftovers(engine, signal)
      const gpus = await engine.call('look', { signal, deadlineMs: 10_000 }, async (docker, abortSignal) =>
        Object.keys((await infoOf<Info>(docker, abortSignal)).Runtimes ?? {}).includes('nvidia'),
      )
      if (!gpus) return fromProbeOutput(await runProbe(engine, imageReference, false, signal))
      try {
        return fromProbeOutput(await runProbe(engine, imageReference, true, signal))
      } catch (error) {
        // The disk is worth knowing even where the NVIDIA runtime is broken.
        const result = fromProbeOutput(await runProbe(engine, imageReference, false, signal))
        return {
          ...result,
          gpuProblem: error instanceof Error ? error.message : 'The NVIDIA runtime failed.',
        } satisfies ProbeResult
      }
    },
  }
}

export function toFacts(info: Info, apiVersion: string): EngineFacts {
  return {
    name: info.Name ?? '',
    engineVersion: info.ServerVersion ?? '',
    apiVersion,
    os: info.OperatingSystem ?? '',
    architecture: info.Architecture ?? '',
    cpuCount: info.NCPU ?? 0,
    memoryBytes: info.MemTotal ?? 0,
    hasNvidiaRuntime: Object.keys(info.Runtimes ?? {}).includes('nvidia'),
    cdiDevices: (info.DiscoveredDevices ?? []).flatMap((device) => (device.Source === 'cdi' && device.ID ? [device.ID] : [])),
    storageDriver: info.Driver ?? '',
    liveRestore: info.LiveRestoreEnabled ?? false,
    warnings: info.Warnings ?? [],
  }
}

async function runProbe(engine: Engine, imageReference: string, withGpus: boolean, signal: AbortSignal): Promise<string> {
  return engine.call('create', { signal, deadlineMs: 60_000 }, async (docker, abortSignal) => {
    const options = probeOptions(engine.installId, imageReference, withGpus)
    const container = await docker.createContainer({ ...options, abortSignal })
    try {
      await container.start({ abortSignal })
      const { StatusCode } = (await container.wait({ abortSignal } as object)) as { StatusCode: number }
      const logs: unknown = await container.logs({ stdout: true, stderr: true, follow: false, abortSignal })
      const text = Buffer.isBuffer(logs) ? toPlainText(demultiplex(logs)) : ''
      if (StatusCode !== 0)
        throw new DomainError('container_failed', { message: `The probe ended with ${StatusCode}: ${text.slice(-300)}` })
      return text
    } finally {
      // Also after an abort: nothing of a probe may stay. It has a deadline of its own.
      await engine.call('remove', { signal: new AbortController().signal, deadlineMs: 20_000 }, (_docker, abort) =>
        unless([404, 409], container.remove({ force: true, v: true, abortSignal: abort })),
      )
    }
  })
}

function probeOptions(installId: string, image: string, withGpus: boolean): Docker.ContainerCreateOptions {
  return {
    name: `berth-probe-${randomBytes(6).toString('hex')}`,
    Image: image,
    Entrypoint: ['/bin/sh', '-c', probeScript],
    Cmd: [],
    User: '65534:65534',
    Env: [`NVIDIA_VISIBLE_DEVICES=${withGpus ? 'all' : 'void'}`],
    Labels: { [labelKeys.install]: installId, [labelKeys.kind]: 'probe' },
    HostConfig: {
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      Memory: 256 * 1024 * 1024,
      PidsLimit: 64,
      RestartPolicy: { Name: 'no' },
      // Count −1 is every GPU: the probe looks at all of them and keeps none.
      DeviceRequests: withGpus ? [{ Driver: 'nvidia', Count: -1, Capabilities: [['gpu', 'utility']] }] : [],
    },
  }
}

/** Probes of a portal that was killed in the middle of one. */
async function removeLeftovers(engine: Engine, signal: AbortSignal): Promise<void> {
  await engine.call('remove', { signal, deadlineMs: 30_000 }, async (docker, abortSignal) => {
    const filters = { label: labelFilter(engine.installId, `${labelKeys.kind}=probe`), status: ['created', 'exited', 'dead'] }
    const left = await docker.listContainers({ all: true, filters, abortSignal })
    const oldest = Math.max(0, ...left.map((entry) => entry.Created)) - 300
    for (const entry of left) {
      if (entry.Created < oldest)
        await unless([404, 409], docker.getContainer(entry.Id).remove({ force: true, v: true, abortSignal }))
    }
  })
}
