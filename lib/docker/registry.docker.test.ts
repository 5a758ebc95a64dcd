// Pulls from a real registry into a real engine: what comes, what is told meanwhile, and what is said when it does not come.
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type ImageRegistry, registryLogin, startImageRegistry } from '@/e2e/testbed/image-registry'
import { type NarrowDoor, openNarrowDoor } from '@/e2e/testbed/narrow-door'
import { pushNewImage } from '@/e2e/testbed/pushed-image'
import type { PullProgress } from '@/lib/domain/container-host'
import { openDockerHost } from './open-docker-host'
import { testDocker, testSocketPath } from './test-engine'

const socketPath = testSocketPath(process.env.DOCKER_HOST)
const docker = testDocker(socketPath)
const base = process.env.BERTH_TEST_DESKTOP_IMAGE ?? 'berth/desktop:local'
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
  await pushNewImage({ docker, base, layers: 2, layerBytes, references: [`${registry.address}/team/desktop:1`] })
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
  const [baseLayers, image] = [
    (await docker.getImage(base).inspect()).RootFS.Layers?.length ?? 0,
    await host.findImage(open(), signal),
  ]
  expect(image?.digests).toEqual([expect.stringContaining(digest)])
  const last = told.at(-1)
  expect(last).toMatchObject({ layers: baseLayers + 2, layersDone: baseLayers + 2 })
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
