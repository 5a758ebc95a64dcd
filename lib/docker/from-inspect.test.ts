// The fixtures are what a Docker Engine 20.10 answered.
import type Docker from 'dockerode'
import { expect, test } from 'vitest'
import created from './fixtures/inspect-created.json'
import exited from './fixtures/inspect-exited.json'
import paused from './fixtures/inspect-paused.json'
import running from './fixtures/inspect-running.json'
import { fromImage, fromInspect } from './from-inspect'

const sessionId = 'abcdefghijklmnopqrstuvwx'
const read = (fixture: object, installId = 'ctlfix') => fromInspect(fixture as unknown as Docker.ContainerInspectInfo, installId)

test('a running container shows its address, its published port and its start', () => {
  expect(read(running)).toEqual({
    id: running.Id,
    fitsViewer: false,
    name: `berth-${sessionId}`,
    sessionId,
    installId: 'ctlfix',
    state: 'running',
    startedAt: running.State.StartedAt,
    endpointId: running.NetworkSettings.Networks.bridge.EndpointID,
    exitCode: null,
    outOfMemory: false,
    bridgeAddress: running.NetworkSettings.Networks.bridge.IPAddress,
    published: { address: '127.0.0.1', port: Number(running.NetworkSettings.Ports['6901/tcp'][0]?.HostPort) },
    imageId: running.Image,
    gpuDevices: [],
  })
})

test('the label of an image says that the portal’s viewer page fits it, and nothing else does', () => {
  const labelled = (value: string) =>
    read({ ...running, Config: { ...running.Config, Labels: { ...running.Config.Labels, 'berth.viewer': value } } })
  expect(labelled('1')).toMatchObject({ fitsViewer: true })
  expect(labelled('2')).toMatchObject({ fitsViewer: false })
  expect(labelled('')).toMatchObject({ fitsViewer: false })
})

test('a container shows the GPUs that it was given, by whichever way', () => {
  const DeviceRequests = [{ DeviceIDs: ['GPU-1', 'GPU-2'] }, { DeviceIDs: ['nvidia.com/gpu=GPU-3'] }, { DeviceIDs: null }]
  expect(read({ ...running, HostConfig: { ...running.HostConfig, DeviceRequests } })?.gpuDevices).toEqual([
    'GPU-1',
    'GPU-2',
    'nvidia.com/gpu=GPU-3',
  ])
})

test('a paused container keeps its address', () => {
  expect(read(paused)).toMatchObject({ state: 'paused', bridgeAddress: paused.NetworkSettings.Networks.bridge.IPAddress })
})

test('a container that was never started has no start, no address and no exit code', () => {
  expect(read(created)).toMatchObject({ state: 'created', startedAt: null, exitCode: null, bridgeAddress: null, published: null })
})

test('an exited container shows its exit code', () => {
  expect(read(exited)).toMatchObject({ state: 'exited', exitCode: 137, startedAt: exited.State.StartedAt })
})

test('the port and address that an exited container may still show are not believed [attack 14]', () => {
  const stale = { ...exited, NetworkSettings: running.NetworkSettings }
  expect(read(stale)).toMatchObject({ bridgeAddress: null, published: null })
})

test('a container of another installation, or without a session, is not ours', () => {
  expect(read(running, 'another')).toBeNull()
  expect(read({ ...running, Config: { ...running.Config, Labels: { 'berth.install': 'ctlfix' } } })).toBeNull()
  expect(read({ ...running, Config: { ...running.Config, Labels: null } })).toBeNull()
})

test('an image is known by its tags in normal form and by its digests with the repository that gave them', () => {
  const info = {
    Id: 'sha256:1',
    RepoTags: ['berth/desktop:local', '<none>:<none>'],
    RepoDigests: [`berth/desktop@sha256:${'a'.repeat(64)}`],
    Size: 42,
    Created: 1_700_000_000,
  }
  expect(fromImage(info, 'amd64')).toEqual({
    id: 'sha256:1',
    references: ['berth/desktop:local', `berth/desktop@sha256:${'a'.repeat(64)}`],
    digests: [`berth/desktop@sha256:${'a'.repeat(64)}`],
    sizeBytes: 42,
    architecture: 'amd64',
    builtAt: '2023-11-14T22:13:20.000Z',
  })
  // A list rounds to seconds what an inspection tells to the nanosecond: both are the same moment.
  expect(fromImage({ ...info, Created: '2023-11-14T22:13:20.987654321Z' }, null).builtAt).toBe('2023-11-14T22:13:20.000Z')
  expect(fromImage({ ...info, Created: 0 }, null).builtAt).toBeNull()
})
