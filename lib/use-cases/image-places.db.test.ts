import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '@/lib/domain/actor'
import { getAgent } from './get-agent'
import { getImage } from './get-image'
import { type TestInstallation, testInstallation } from './test-installation'

let installation: TestInstallation
let root: Actor
beforeAll(async () => {
  installation = await testInstallation()
  root = await installation.person('root', 'admin')
})
afterAll(() => installation.close())

const progress = { layers: 5, layersDone: 2, bytes: 40, bytesTotal: 100, status: 'Fetching' }

test('an image and its agents tell the same: who holds which build, how far a pull is, and why one failed', async () => {
  const { db, deps } = installation
  const reference = 'r.example.org/team/x:1'
  const [holder, coming, failing] = [await installation.agent(), await installation.agent(), await installation.agent()]
  const imageId = await installation.image({ reference })
  const digest = 'r.example.org/team/x@sha256:1'
  await db.agentImage.create({ data: { agentId: holder, reference, imageId: 'sha256:2', digest, sizeBytes: 3 } })
  await db.agentPull.create({
    data: { agentId: coming, reference, state: 'pulling', progress: { ...progress, timeLeftMs: 1500 }, startedAt: new Date() },
  })
  const nextTryAt = new Date('2026-01-01T09:00:00Z')
  const failure = { problem: 'manifest unknown', hint: 'Check the name and the tag.' }
  await db.agentPull.create({ data: { agentId: failing, reference, state: 'failed', attempts: 2, nextTryAt, ...failure } })

  const image = await getImage(deps, root, { imageId })
  expect(image.agents).toMatchObject([{ id: holder, digest, imageId: 'sha256:2', sizeBytes: 3 }])
  expect(image.localOnly).toBe(false)
  const told = Object.fromEntries(image.pulls.map(({ agentId, agentName: _, ...pull }) => [agentId, pull]))
  expect(told[coming]).toEqual({
    state: 'pulling',
    source: null,
    progress,
    timeLeftMs: 1500,
    problem: null,
    hint: null,
    nextTryAt: null,
  })
  expect(told[failing]).toMatchObject({ state: 'failed', ...failure, nextTryAt: nextTryAt.toISOString() })
  for (const agentId of [coming, failing])
    expect((await getAgent(deps, root, { agentId })).pulls).toEqual([{ reference, ...told[agentId] }])
})

test('of an image that no registry knows both pages tell from which agent it is copied, and which build the others get', async () => {
  const { db, deps } = installation
  const reference = 'built/twice:1'
  const [old, fresh, target] = [await installation.agent(), await installation.agent(), await installation.agent()]
  const imageId = await installation.image({ reference })
  const row = { reference, digest: null, sizeBytes: 3 }
  await db.agentImage.create({ data: { ...row, agentId: old, imageId: 'sha256:old', builtAt: new Date('2026-01-01') } })
  await db.agentImage.create({ data: { ...row, agentId: fresh, imageId: 'sha256:new', builtAt: new Date('2026-01-02') } })
  await db.agentPull.create({ data: { agentId: target, reference, state: 'pulling', sourceAgentId: fresh } })
  const { name } = await db.agent.findUniqueOrThrow({ where: { id: fresh } })
  const image = await getImage(deps, root, { imageId })
  expect(image).toMatchObject({ localOnly: true, leadingImageId: 'sha256:new', pulls: [{ agentId: target, source: name }] })
  expect((await getAgent(deps, root, { agentId: target })).pulls).toMatchObject([{ reference, source: name }])
  await db.broughtImage.create({ data: { agentId: old, imageId: 'sha256:old', how: 'copied', references: [], sizeBytes: 3 } })
  const { agents } = await getImage(deps, root, { imageId })
  expect(agents.find(({ id }) => id === old)).toMatchObject({ brought: 'copied' })
})

test('an image that no registry knows is shown as being only where it is', async () => {
  const { db, deps } = installation
  const reference = 'built/here:1'
  const agentId = await installation.agent()
  const imageId = await installation.image({ reference })
  expect((await getImage(deps, root, { imageId })).localOnly).toBe(false)
  await db.agentImage.create({ data: { agentId, reference, imageId: 'sha256:2', digest: null, sizeBytes: 3 } })
  expect(await getImage(deps, root, { imageId })).toMatchObject({ localOnly: true, agents: [{ id: agentId, digest: null }] })
})
