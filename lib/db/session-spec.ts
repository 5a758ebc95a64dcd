// The part of an image that its sessions keep: what they are launched with, whatever becomes of the image.
import type { SessionSpec } from '@/lib/domain/container-spec'
import { readyTotal } from '@/lib/domain/ready-sessions'
import type { WorkspaceImageFields } from '@/lib/domain/workspace-image'
import type { WorkspaceImage } from './generated/client'

/** Where sessions are kept ready, none knows the time zone of its user: they all go by the image's. */
export function specOf(image: WorkspaceImage, timezone: string | null): SessionSpec {
  return {
    reference: image.reference,
    pinnedDigest: image.pinnedDigest,
    shmBytes: image.shmBytes,
    environment: image.environment as SessionSpec['environment'],
    homePolicy: image.homePolicy,
    volumes: image.volumes as SessionSpec['volumes'],
    dockerOptions: image.dockerOptions as SessionSpec['dockerOptions'],
    agentGroup: image.agentGroup,
    gpuMemoryBytesMin: image.gpuMemoryBytesMin,
    gpuModelPattern: image.gpuModelPattern,
    gpuOptional: image.requireGpu && image.gpuOptional,
    timezone: keepsReady(image) ? null : timezone,
    ...policiesOf(image),
  }
}

/** Anywhere, or on the agents of some group. */
export function keepsReady({ readySessions, readyByGroup }: Pick<WorkspaceImage, 'readySessions' | 'readyByGroup'>): boolean {
  return readyTotal({ readySessions, readyByGroup: readyByGroup as WorkspaceImageFields['readyByGroup'] }) > 0
}

/** Left out where both ways are open: ready sessions from before there were policies stay what a launch would get. */
export function policiesOf(image: Pick<WorkspaceImage, 'clipboardPolicy' | 'filePolicy'>): Pick<SessionSpec, Policy> {
  const set = (['clipboardPolicy', 'filePolicy'] as const).filter((policy) => image[policy] !== 'both')
  return Object.fromEntries(set.map((policy) => [policy, image[policy]]))
}

type Policy = 'clipboardPolicy' | 'filePolicy'

/** The columns that every session of an image begins with. */
export function sessionColumns(image: WorkspaceImage, timezone: string | null) {
  return {
    imageId: image.id,
    imageName: image.name,
    iconName: image.iconName,
    iconId: image.iconId,
    spec: specOf(image, timezone),
    cpuMillis: image.cpuMillis,
    memoryBytes: image.memoryBytes,
    needsAllGpus: image.requireGpu && image.gpuCount === 0,
  }
}
