import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '@/lib/domain/actor'
import { WorkspaceImageFields as Fields, GiB, type WorkspaceImageFields } from '@/lib/domain/workspace-image'
import { createImage } from './create-image'
import { exportRegistry, listExportable } from './export-registry'
import { getImage } from './get-image'
import { installFromRegistry } from './install-registry'
import { previewRegistry } from './preview-registry'
import { getIcon, storeIcon } from './store-icon'
import { type TestInstallation, testInstallation } from './test-installation'

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const secret = 'hunter2-never-in-a-file'

let here: TestInstallation
let elsewhere: TestInstallation
let root: Actor
let stranger: Actor
let web: http.Server
let origin: string
let list: unknown
const asked: string[] = []

beforeAll(async () => {
  here = await testInstallation()
  elsewhere = await testInstallation()
  root = await here.person('root', 'admin')
  stranger = await here.person('stranger', 'user')
  web = http.createServer((request, response) => {
    asked.push(request.url ?? '')
    if (request.url === '/1.1/list.json') response.end(JSON.stringify(list))
    else if (request.url === '/1.1/icons/good.png') response.end(png)
    else if (request.url === '/1.1/icons/page.png') response.end('<svg onload=alert(1)>')
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(web.address() as AddressInfo).port}/1.1/list.json`
})
afterAll(async () => {
  web.close()
  await here.close()
  await elsewhere.close()
})

const open = () => ({ ...here.deps, config: { ...here.deps.config, fetchAllow: ['127.0.0.1'] } })
const asText = (value: unknown) => ({ kind: 'text' as const, text: JSON.stringify(value) })
const countImages = () => here.db.workspaceImage.count()
const formOf = (image: WorkspaceImageFields) =>
  Fields.omit({ iconId: true, enabled: true }).parse(
    Object.fromEntries(
      Object.keys(Fields.shape)
        .filter((key) => key !== 'iconId' && key !== 'enabled')
        .map((key) => [key, image[key as keyof WorkspaceImageFields]]),
    ),
  )

test('what is exported here and installed elsewhere gives equal forms, with the picture and without a secret', async () => {
  const { iconId } = await storeIcon(here.deps, root, { bytes: png })
  const made = await createImage(
    here.deps,
    root,
    {
      name: 'Training',
      reference: 'registry.example.org/ml/desk:3',
      iconId,
      categories: ['ML'],
      memoryBytes: 20 * GiB,
      shmBytes: 2 * GiB,
      requireGpu: true,
      gpuCount: 2,
      environment: { LANG: 'C.UTF-8', HF_TOKEN: secret },
      volumes: [{ kind: 'bind', source: '/srv/sets', target: '/sets' }],
      dockerOptions: { hostname: 'box', capAdd: ['SYS_PTRACE'] },
      notes: 'Ask the team.',
    },
    { user: 'puller', password: secret },
  )
  const registry = await exportRegistry(here.deps, root, { imageIds: [made.id] })
  expect(JSON.stringify(registry)).not.toContain(secret)
  expect(JSON.stringify(registry)).not.toContain('puller')
  const rows = await listExportable(here.deps, root)
  expect(rows.find(({ id }) => id === made.id)?.leftOut).toEqual([
    'The values of HF_TOKEN, which look like secrets.',
    'The login at registry.example.org.',
  ])

  const other = await elsewhere.person('other', 'admin')
  const source = asText(registry)
  const preview = await previewRegistry(elsewhere.deps, other, { source })
  expect(preview.entries[0]).toMatchObject({ problem: null, icon: 'embedded', present: null })
  expect(preview.entries[0]?.privileges.join()).toContain('SYS_PTRACE')
  const { installed } = await installFromRegistry(elsewhere.deps, other, {
    source,
    digest: preview.digest,
    keys: ['1'],
    enabled: true,
    fetchIcons: false,
  })
  const copy = await getImage(elsewhere.deps, other, { imageId: installed[0]?.imageId ?? '' })
  expect(formOf(copy)).toEqual({ ...formOf(made), environment: { LANG: 'C.UTF-8' } })
  expect(copy).toMatchObject({ enabled: true, registryUser: null, parent: null })
  expect(Buffer.from((await getIcon(elsewhere.deps, other, { iconId: copy.iconId ?? '' })).bytes)).toEqual(png)
})

const one = (more: object = {}) => ({ friendly_name: 'One', name: 'a/one:1', image_src: 'good.png', ...more })

test('pictures are fetched only when that is allowed, and one that is none costs nothing else', async () => {
  list = {
    name: 'List',
    workspaces: [
      one(),
      one({ friendly_name: 'Two', image_src: 'page.png' }),
      one({ friendly_name: 'Three', image_src: 'gone.png' }),
    ],
  }
  const source = { kind: 'url' as const, url: origin }
  const preview = await previewRegistry(open(), root, { source })
  expect(preview.entries.map(({ icon }) => icon)).toEqual(['address', 'address', 'address'])
  const install = { source, digest: preview.digest, keys: ['1', '2', '3'], enabled: false }
  asked.length = 0
  await installFromRegistry(open(), root, { ...install, fetchIcons: false })
  expect(asked).toEqual(['/1.1/list.json'])
  const { installed } = await installFromRegistry(open(), root, { ...install, fetchIcons: true })
  expect(installed.map(({ iconProblem }) => iconProblem === null)).toEqual([true, false, false])
  const images = await Promise.all(installed.map(({ imageId }) => getImage(here.deps, root, { imageId })))
  expect(images.map(({ iconId, enabled }) => [iconId !== null, enabled])).toEqual([
    [true, false],
    [false, false],
    [false, false],
  ])
  expect((await previewRegistry(open(), root, { source })).entries[0]?.present?.name).toMatch(/One|Two|Three/)
})

test('a registry inside the network is not asked unless it is allowed, by the preview or the installation [attack 35]', async () => {
  const source = { kind: 'url' as const, url: origin }
  asked.length = 0
  await expect(previewRegistry(here.deps, root, { source })).rejects.toMatchObject({ code: 'fetch_refused' })
  const install = { source, digest: 'a'.repeat(64), keys: ['1'], enabled: false, fetchIcons: true }
  await expect(installFromRegistry(here.deps, root, install)).rejects.toMatchObject({ code: 'fetch_refused' })
  expect(asked).toEqual([])
})

test('a registry that changed after the preview installs nothing', async () => {
  list = { workspaces: [one()] }
  const source = { kind: 'url' as const, url: origin }
  const { digest } = await previewRegistry(open(), root, { source })
  list = { workspaces: [one({ name: 'evil/evil:1' })] }
  const before = await countImages()
  const install = { source, digest, keys: ['1'], enabled: true, fetchIcons: false }
  await expect(installFromRegistry(open(), root, install)).rejects.toMatchObject({ code: 'conflict' })
  expect(await countImages()).toBe(before)
})

test('all chosen workspaces are installed, or none', async () => {
  const source = asText({ workspaces: [one(), { friendly_name: 'Bad' }] })
  const { digest } = await previewRegistry(here.deps, root, { source })
  const before = await countImages()
  for (const keys of [['1', '2'], ['1', '9'], ['__proto__']]) {
    const install = { source, digest, keys, enabled: true, fetchIcons: false }
    await expect(installFromRegistry(here.deps, root, install)).rejects.toMatchObject({ code: 'invalid_input' })
  }
  expect(await countImages()).toBe(before)
})

test('only administrators preview, install or export', async () => {
  const source = asText({ workspaces: [one()] })
  const install = { source, digest: 'a'.repeat(64), keys: ['1'], enabled: true, fetchIcons: false }
  for (const refused of [
    () => previewRegistry(here.deps, stranger, { source }),
    () => installFromRegistry(here.deps, stranger, install),
    () => exportRegistry(here.deps, stranger, { imageIds: null }),
    () => listExportable(here.deps, stranger),
  ])
    await expect(refused()).rejects.toMatchObject({ code: 'forbidden' })
})
