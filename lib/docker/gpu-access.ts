// How a container of ours that only looks is given every GPU of a host, and what it is allowed besides: nothing.
import type Docker from 'dockerode'
import { labelKeys } from '@/lib/domain/container-spec'
import { isNvidiaCdi } from '@/lib/domain/nvidia-cdi'

export type GpuInfo = {
  Runtimes?: Record<string, unknown> | null
  /** Since API 1.50. */
  DiscoveredDevices?: { Source?: string; ID?: string }[] | null
}

export function hasNvidiaRuntime(info: GpuInfo): boolean {
  return Object.keys(info.Runtimes ?? {}).includes('nvidia')
}

export function cdiDevicesOf(info: GpuInfo): string[] {
  return (info.DiscoveredDevices ?? []).flatMap((device) => (device.Source === 'cdi' && device.ID ? [device.ID] : []))
}

/** Null where nothing says that there are any. Whoever looks holds none of them: nothing here is ever counted. */
export function everyGpu(info: GpuInfo): Docker.DeviceRequest | null {
  if (hasNvidiaRuntime(info)) return { Driver: 'nvidia', Count: -1, Capabilities: [['gpu', 'utility']] }
  const names = cdiDevicesOf(info).filter(isNvidiaCdi)
  const all = names.find((name) => name.endsWith('=all'))
  return names.length > 0 ? { Driver: 'cdi', DeviceIDs: all ? [all] : names } : null
}

type Look = { installId: string; kind: 'probe' | 'gpu-watch'; name: string; image: string; script: string }

export function lookOptions(look: Look, gpus: Docker.DeviceRequest | null): Docker.ContainerCreateOptions {
  return {
    name: look.name,
    Image: look.image,
    Entrypoint: ['/bin/sh', '-c', look.script],
    Cmd: [],
    User: '65534:65534',
    Env: [`NVIDIA_VISIBLE_DEVICES=${gpus?.Driver === 'nvidia' ? 'all' : 'void'}`, 'NVIDIA_DRIVER_CAPABILITIES=utility'],
    Labels: { [labelKeys.install]: look.installId, [labelKeys.kind]: look.kind },
    HostConfig: {
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      Memory: 256 * 1024 * 1024,
      PidsLimit: 64,
      RestartPolicy: { Name: 'no' },
      DeviceRequests: gpus ? [gpus] : [],
    },
  }
}
