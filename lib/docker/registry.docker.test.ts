// Pulls from a real registry into a real engine: what comes, what is told meanwhile, and what is said when it does not come.
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type ImageRegistry, registryLogin, startImageRegistry } from '@/e2e/testbed/image-registry'
import { type NarrowDoor, openNarrowDoor } from '@/e2e/testbed/narrow-door'
import { buildNewImage, pushNewImage } from '@/e2e/testbed/pushed-image'
import type { PullProgress } from '@/lib/domain/container-host'
import { openDockerHost } from './open-docker-host'
import { testDocker, testSocketPath } from './test-engine'

const socketPath = testSocketPath(process.env.DOCKER_HOST)
const docker = testDocker(socketPath)
const host = openDockerHost({ kind: 'socket', socketPath }, 'test-registry')
const signal = new AbortController().signal
const layerBytes = 6_000_000

let registry: ImageRegistry
let closed: ImageRegistry
let door: NarrowDoor

const open = () => `${door.address}/team/desktop:1`
const removeHere = () => docker.getImage(open()).remove({ force: true })

beforeAll(async () => {
  registry = await startImageRegistry()
  closed = await startImageRegistry({ withLogin: true, data: registry.data })
  door = await openNarrowDoor(registry)
  await pushNewImage({ docker, layers: 2, layerBytes, references: [`${registry.address}/team/desktop:1`] })
})

afterAll(async () => {
  await removeHere().catch(() => undefined)
  await door?.close()
  await closed?.remove()
  await registry?.remove()
})

test('an image comes from a registry, layer by layer, and is there under its digest', async () => {
  const told: PullProgress[] = []
  const { digest } = await host.checkPullable(open(), signal)
  await host.pull(open(), (progress) => told.push(progress), signal)
  expect((await host.findImage(open(), signal))?.digests).toEqual([expect.stringContaining(digest)])
  const last = told.at(-1)
  expect(last).toMatchObject({ layers: 2, layersDone: 2 })
  expect(last?.bytes).toBe(last?.bytesTotal)
  expect(last?.bytesTotal).toBeGreaterThanOrEqual(2 * layerBytes)
  expect(told.map(({ bytes }) => bytes)).toEqual(told.map(({ bytes }) => bytes).toSorted((a, b) => a - b))
  await removeHere()
})

test('a registry that goes down in the middle of a pull is waited for, and the pull goes on when it is back', async () => {
  let latest: PullProgress | null = null
  door.narrow(layerBytes / 2)
  const pulled = host.pull(open(), (progress) => (latest = progress), signal)
  await vi.waitFor(() => expect(latest?.bytes).toBeGreaterThan(0), { timeout: 20_000, interval: 20 })
  await registry.kill()
  door.breakOff()
  await vi.waitFor(() => expect(latest?.status).toMatch(/^The registry broke off; next try in/), {
    timeout: 20_000,
    interval: 20,
  })
  expect(await host.findImage(open(), signal)).toBeNull()
  await registry.start()
  await pulled
  expect(await host.findImage(open(), signal)).not.toBeNull()
  await removeHere()
})

test('a registry that is down has refused nothing: that is told apart from its no', async () => {
  const away = `${closed.address}/team/desktop:1`
  await closed.kill()
  const words = { code: 'registry_unreachable', hint: expect.stringContaining('does not reach the registry') }
  await expect(host.checkPullable(away, signal)).rejects.toMatchObject(words)
  await expect(host.pull(away, () => undefined, signal)).rejects.toMatchObject(words)
  await closed.start()
})

test('a tag that is not there is refused in words', async () => {
  const missing = open().replace(/:1$/, ':2')
  const words = { code: 'registry_refused', hint: expect.stringContaining('name and the tag') }
  await expect(host.checkPullable(missing, signal)).rejects.toMatchObject(words)
  await expect(host.pull(missing, () => undefined, signal)).rejects.toMatchObject(words)
})

test('a registry that wants a login refuses whoever has none, in words', async () => {
  const locked = `${closed.address}/team/desktop:1`
  const words = { code: 'registry_refused', hint: expect.stringContaining('wants a login') }
  await expect(host.checkPullable(locked, signal)).rejects.toMatchObject(words)
  await expect(host.pull(locked, () => undefined, signal)).rejects.toMatchObject(words)
})

test('the right login opens a closed registry for this one call, and a wrong one is refused', async () => {
  const locked = `${closed.address}/team/desktop:1`
  const wrong = { ...registryLogin, password: 'another' }
  await expect(host.checkPullable(locked, signal, wrong)).rejects.toMatchObject({ code: 'registry_refused' })
  await expect(host.pull(locked, () => undefined, signal, wrong)).rejects.toMatchObject({ code: 'registry_refused' })
  const { digest } = await host.checkPullable(locked, signal, registryLogin)
  await host.pull(locked, () => undefined, signal, registryLogin)
  expect((await host.findImage(locked, signal))?.digests).toEqual([expect.stringContaining(digest)])
  await docker.getImage(locked).remove({ force: true })
  await expect(host.checkPullable(locked, signal)).rejects.toMatchObject({ code: 'registry_refused' })
})

test('an image is pushed with its login, layer by layer, and the registry’s digest is the one that is pulled by', async () => {
  const pushed = `${closed.address}/team/desktop:pushed`
  await buildNewImage({ docker, reference: pushed, layers: 1, layerBytes })
  const told: PullProgress[] = []
  await expect(host.pushImage(pushed, () => undefined, signal)).rejects.toMatchObject({ code: 'registry_refused' })
  const { digest } = await host.pushImage(pushed, (progress) => told.push(progress), signal, registryLogin)
  expect(told.at(-1)).toMatchObject({ bytes: told.at(-1)?.bytesTotal, layersDone: told.at(-1)?.layers })
  expect(told.at(-1)?.bytesTotal).toBeGreaterThanOrEqual(layerBytes)
  expect(await host.checkPullable(pushed, signal, registryLogin)).toEqual({ digest: digest.slice(digest.indexOf('@') + 1) })
  expect((await host.findImage(pushed, signal))?.digests).toEqual([digest])
  await docker.getImage(pushed).remove({ force: true })
})

test('what an image takes is told layer by layer, and what is there already is told apart from what is not', async () => {
  const reference = 'berth-test/layers:1'
  await buildNewImage({ docker, reference, layers: 1, layerBytes })
  const { Id, Size } = await docker.getImage(reference).inspect()
  const [held, layers] = [await host.heldLayers(signal), await host.imageLayers(Id, signal)]
  expect(layers.reduce((sum, layer) => sum + layer.sizeBytes, 0)).toBe(Size)
  expect(layers.at(-1)?.sizeBytes).toBeGreaterThanOrEqual(layerBytes)
  expect(layers.filter((layer) => !held.has(layer.id))).toEqual([])
  await host.removeImage(Id, signal)
  const now = await host.heldLayers(signal)
  expect(layers.filter((layer) => !now.has(layer.id))).toEqual([layers.at(-1)])
})

test('an image that a container is made of is not removed, and the engine’s words say so', async () => {
  const reference = 'berth-test/used:1'
  await buildNewImage({ docker, reference, layers: 1, layerBytes: 1000 })
  const { Id } = await docker.getImage(reference).inspect()
  const container = await docker.createContainer({ Image: reference })
  try {
    expect(await host.imagesInUse(signal)).toContain(Id)
    await expect(host.removeImage(Id, signal)).rejects.toMatchObject({ code: 'image_still_used' })
    expect(await host.findImage(reference, signal)).not.toBeNull()
  } finally {
    await container.remove({ force: true })
  }
  await host.removeImage(Id, signal)
  expect(await host.findImage(reference, signal)).toBeNull()
  await host.removeImage(Id, signal)
})
