// What an engine says about itself, and what a throw-away container sees of its disk and GPUs (the engine's API tells neither).
import { randomBytes } from 'node:crypto'
import type { ContainerHost, EngineFacts, ProbeResult } from '@/lib/domain/container-host'
import { labelKeys } from '@/lib/domain/container-spec'
import { DomainError, hasCode } from '@/lib/domain/errors'
import { type Engine, infoOf, serverCertEnd, versionOf } from './engine'
import { cdiDevicesOf, everyGpu, type GpuInfo, hasNvidiaRuntime, lookOptions } from './gpu-access'
import { labelFilter } from './labels'
import { demultiplex, toPlainText } from './log-tail'
import { fromProbeOutput, probeScript } from './probe-output'
import { unless } from './status-codes'
import { clockWords, tolerableSkewMs } from './tls-errors'

type Info = GpuInfo & {
  ID?: string
  Name?: string
  ServerVersion?: string
  OperatingSystem?: string
  Architecture?: string
  NCPU?: number
  MemTotal?: number
  Driver?: string
  LiveRestoreEnabled?: boolean
  Warnings?: string[] | null
  SystemTime?: string
  /** What the administrator of the host wrote into daemon.json, as `key=value`. */
  Labels?: string[] | null
}

/** Docker has no interface that tells it; an engine label can. */
const toolkitLabel = 'nvidia-container-toolkit='

export function factVerbs(engine: Engine): Pick<ContainerHost, 'facts' | 'probe'> {
  return {
    facts: (signal) =>
      engine.call('look', { signal, deadlineMs: 10_000 }, async (docker, abortSignal) => {
        const askedAtMs = Date.now()
        const info = await infoOf<Info>(docker, abortSignal)
        const clockAheadMs = aheadOf(info.SystemTime, (askedAtMs + Date.now()) / 2)
        const version = await versionOf(docker, abortSignal)
        const facts = toFacts(info, version.ApiVersion ?? '')
        const serverCertEndsAt = serverCertEnd(docker)?.toISOString() ?? null
        return { ...facts, warnings: [...clockWarning(clockAheadMs), ...facts.warnings], serverCertEndsAt, clockAheadMs }
      }),
    probe: async (imageReference, options, signal) => {
      await removeLeftovers(engine, signal)
      const withoutGpus = async () => fromProbeOutput(await runProbe(engine, imageReference, null, signal))
      if (!options.gpus) return { ...(await withoutGpus()), gpus: null }
      const request = await engine.call('look', { signal, deadlineMs: 10_000 }, async (docker, abortSignal) =>
        everyGpu(await infoOf<Info>(docker, abortSignal)),
      )
      if (!request) return withoutGpus()
      try {
        return fromProbeOutput(await runProbe(engine, imageReference, request, signal))
      } catch (error) {
        // Silence says nothing about GPUs.
        if (!hasCode(error, 'container_failed', 'agent_refused')) throw error
        // The disk is worth knowing even where the NVIDIA runtime is broken.
        const result = await withoutGpus()
        return {
          ...result,
          gpuProblem: (error as Error).message.slice(0, 500),
        } satisfies ProbeResult
      }
    },
  }
}

/** Certificates and times in logs go wrong long before anybody looks at a clock. */
function clockWarning(aheadMs: number | null): string[] {
  return aheadMs !== null && Math.abs(aheadMs) > tolerableSkewMs ? [clockWords(aheadMs)] : []
}

function aheadOf(hostTime: string | undefined, nowMs: number): number | null {
  const aheadMs = Date.parse(hostTime ?? '') - nowMs
  return Number.isNaN(aheadMs) ? null : Math.round(aheadMs)
}

export function toFacts(info: Info, apiVersion: string): Omit<EngineFacts, 'serverCertEndsAt' | 'clockAheadMs'> {
  return {
    name: info.Name ?? '',
    engineId: info.ID || null,
    engineVersion: info.ServerVersion ?? '',
    apiVersion,
    os: info.OperatingSystem ?? '',
    architecture: info.Architecture ?? '',
    cpuCount: info.NCPU ?? 0,
    memoryBytes: info.MemTotal ?? 0,
    hasNvidiaRuntime: hasNvidiaRuntime(info),
    cdiDevices: cdiDevicesOf(info),
    toolkitVersion: info.Labels?.find((label) => label.startsWith(toolkitLabel))?.slice(toolkitLabel.length) || null,
    storageDriver: info.Driver ?? '',
    liveRestore: info.LiveRestoreEnabled ?? false,
    warnings: info.Warnings ?? [],
  }
}

async function runProbe(engine: Engine, image: string, gpus: ReturnType<typeof everyGpu>, signal: AbortSignal): Promise<string> {
  return engine.call('create', { signal, deadlineMs: 60_000 }, async (docker, abortSignal) => {
    const name = `berth-probe-${randomBytes(6).toString('hex')}`
    const options = lookOptions({ installId: engine.installId, kind: 'probe', name, image, script: probeScript }, gpus)
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
