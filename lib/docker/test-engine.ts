// For tests: the engine to test against, and the removal of everything that one test installation made on it.
import Docker from 'dockerode'
import { labelFilter } from './labels'

/** Set by whoever runs the tests; a missing engine is a failure, never a skip. */
export function testSocketPath(host: string | undefined): string {
  if (!host) return '/var/run/docker.sock'
  if (!host.startsWith('unix://')) throw new Error('DOCKER_HOST must be unix:///path for the tests')
  return host.slice('unix://'.length)
}

export function testDocker(socketPath: string): Docker {
  return new Docker({ socketPath, host: undefined, protocol: 'http' } as Docker.DockerOptions)
}

export async function engineCleanup(socketPath: string, installId: string): Promise<void> {
  const docker = testDocker(socketPath)
  const filters = { label: labelFilter(installId) }
  for (const { Id } of await docker.listContainers({ all: true, filters }))
    await docker.getContainer(Id).remove({ force: true, v: true })
  for (const { Name } of (await docker.listVolumes({ filters })).Volumes ?? []) await docker.getVolume(Name).remove()
  for (const { Id } of await docker.listNetworks({ filters })) await docker.getNetwork(Id).remove()
}
