// A container that files go in and out of in tests: nothing but a shell that waits, because files need no desktop.
import { createHash } from 'node:crypto'
import type { ContainerHost, InContainer } from '@/lib/domain/container-host'
import { toContainerSpec } from '@/lib/domain/container-spec'
import type { DockerOptions } from '@/lib/domain/docker-options'
import { newId } from '@/lib/domain/ids'
import { GiB, MiB } from '@/lib/domain/workspace-image'

export type Where = InContainer

type Waiting = { host: ContainerHost; installId: string; reference: string; options?: DockerOptions; script?: string }

const signal = new AbortController().signal

export async function startWaiting({ host, installId, reference, options = {}, script }: Waiting): Promise<Where> {
  const spec = toContainerSpec({
    installId,
    session: { id: newId(), userId: newId(), imageId: newId(), cpuMillis: 1000, memoryBytes: GiB },
    spec: {
      reference,
      shmBytes: GiB / 8,
      environment: {},
      homePolicy: 'none',
      volumes: [],
      dockerOptions: { entrypoint: ['/bin/sh', '-c'], command: [script ?? 'exec sleep 3600'], ...options },
      agentGroup: null,
      timezone: null,
    },
    credential: 'no-desktop',
    homeVolume: null,
    gpuUuids: [],
    publishTo: '127.0.0.1',
  })
  const { sessionId } = await host.ensureCreated(spec, signal)
  const { id } = await host.ensureStarted(sessionId, signal)
  return { sessionId, containerId: id }
}

export function putFile(host: ContainerHost, where: Where, name: string, bytes: Uint8Array | string, replace = false) {
  const content = async function* () {
    yield Buffer.from(bytes)
  }
  return host.writeFile(where, { name, sizeBytes: Buffer.byteLength(bytes), replace, content }, signal)
}

/** Throws where it is not as long as was said. */
export async function getFile(host: ContainerHost, where: Where, name: string, folder: 'Uploads' | 'Downloads'): Promise<Buffer> {
  const { content, sizeBytes } = await host.readFile(where, { folder, name, maxBytes: 64 * MiB }, signal)
  const parts: Uint8Array[] = []
  for await (const part of content) parts.push(part)
  const whole = Buffer.concat(parts)
  if (whole.length !== sizeBytes) throw new Error(`${whole.length} bytes came of ${sizeBytes}`)
  return whole
}

export const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
