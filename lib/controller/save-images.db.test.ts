// A save from asking to the workspace image, with an engine in memory; the real one is in lib/docker/save-image.docker.test.ts.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { loadAgents } from '@/lib/db/agents-observed'
import { takeLeases } from '@/lib/db/leases'
import type { FakeHost } from '@/lib/docker/fake-host'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import type { WorkspaceImageInput } from '@/lib/domain/workspace-image'
import { deleteSession } from '@/lib/use-cases/delete-session'
import type { Deps } from '@/lib/use-cases/deps'
import { fleetOverview } from '@/lib/use-cases/fleet-overview'
import { getImage } from '@/lib/use-cases/get-image'
import { getSession } from '@/lib/use-cases/get-session'
import { openRootTerminal } from '@/lib/use-cases/open-root-terminal'
import { pauseSession } from '@/lib/use-cases/pause-session'
import { cancelSave, commitSave, prepareSave } from '@/lib/use-cases/save-session'
import { startAuthoring } from '@/lib/use-cases/start-authoring'
import { stopSession } from '@/lib/use-cases/stop-session'
import { type TestInstallation, testInstallation } from '@/lib/use-cases/test-installation'
import type { ControllerDeps } from './controller-deps'
import { type FakeWorld, fakeWorld, reference } from './fake-world'
import { newLimiter } from './limiter'
import { runOnce } from './run-once'
import { saveImages } from './save-images'
import { clearFleet, eventCodes, testClock } from './test-world'

let installation: TestInstallation
let deps: Deps
let world: FakeWorld
let host: FakeHost
let admin: Actor
let other: Actor
let user: Actor
let imageId: string

beforeAll(async () => {
  installation = await testInstallation()
  admin = await installation.person('root', 'admin')
  other = await installation.person('other', 'admin')
  user = await installation.person('somebody')
})
afterAll(() => installation.close())

beforeEach(async () => {
  await clearFleet(installation.db)
  const clock = testClock()
  deps = { ...installation.deps, clock }
  world = fakeWorld(installation.db, clock)
  host = world.hostOf(await installation.agent())
  const over: Partial<WorkspaceImageInput> = {
    reference,
    homePolicy: 'perUser',
    environment: { A: 'b' },
    volumes: [{ kind: 'volume', name: 'data', target: '/data' }],
    dockerOptions: { readOnlyRoot: true, hostname: 'box' },
  }
  imageId = await installation.image(over)
})

const show = (sessionId: string) => getSession(deps, admin, { sessionId })

async function working(): Promise<string> {
  const { id } = await startAuthoring(deps, admin, { imageId })
  await runOnce(world.deps)
  expect(await show(id)).toMatchObject({ state: 'running', authoring: true, saving: false, hasHome: false, save: null })
  return id
}

/** What the loop does about saves, once. */
async function work(of: ControllerDeps = world.deps): Promise<void> {
  const leases = await takeLeases(of.db, of.holder)
  for (const row of await loadAgents(of.db)) {
    const lease = leases.find(({ agentId }) => agentId === row.id)
    if (lease) await saveImages(of, { row, lease, host: of.hostOf(row), limit: newLimiter(8) }, new AbortController().signal)
  }
}

async function ready(): Promise<string> {
  const id = await working()
  await prepareSave(deps, admin, { sessionId: id })
  await work()
  expect(await show(id)).toMatchObject({ saving: true, save: { state: 'ready' } })
  return id
}

const wanted = { name: 'With tools', notes: 'By hand.', enabled: true }

test('an authoring session has nothing mounted, a writable root and Docker’s capabilities', async () => {
  const id = await working()
  expect(host.containers.get(id)?.spec).toMatchObject({ authoring: true, volumes: [], binds: [], options: { hostname: 'box' } })
  expect(host.containers.get(id)?.spec.options.readOnlyRoot).toBeUndefined()
})

test('a save shows what differs, and then becomes a workspace image of its parent', async () => {
  const id = await ready()
  const { save } = await show(id)
  expect(save?.report).toMatchObject({ sizeBytes: 1024, diff: { added: 1 }, removed: ['/home/kasm-user/.vnc'] })
  expect(host.containers.get(id)?.state).toBe('exited')
  await commitSave(deps, admin, { sessionId: id, ...wanted })
  await work()
  const saved = await show(id)
  expect(saved.save).toMatchObject({ state: 'done', problem: null })
  expect(saved.wanted).toBe('deleted')
  const image = await getImage(deps, admin, { imageId: saved.save?.imageId ?? '' })
  expect(image).toMatchObject({
    ...wanted,
    parent: { id: imageId },
    localOnly: true,
    homePolicy: 'perUser',
    environment: { A: 'b' },
  })
  expect(image.reference).toMatch(/^berth\/saved-with-tools:\d{8}-\d{6}$/)
  expect(image.agents.map(({ imageId: docker }) => docker)).toEqual([`image:${image.reference}`])
  await runOnce(world.deps)
  expect(host.containers.has(id)).toBe(false)
  expect(await eventCodes(deps.db, id)).toEqual([
    'launched',
    'authoring',
    'placed',
    'created',
    'started',
    'answered',
    'save_asked',
    'save_ready',
    'saved',
    'deleted',
  ])
})

test('nobody is let in while it is saved, and the plan leaves its container alone', async () => {
  const id = await working()
  await prepareSave(deps, admin, { sessionId: id })
  expect(await deps.db.session.findUniqueOrThrow({ where: { id } })).toMatchObject({ reachHost: null, certPin: null })
  host.exit(id, 137)
  await runOnce(world.deps)
  expect(await show(id)).toMatchObject({ state: 'running', saving: true, verbs: ['delete'] })
  expect(host.containers.get(id)?.state).toBe('exited')
})

test('taken back, the desktop starts again with what was changed in it', async () => {
  const id = await ready()
  await cancelSave(deps, admin, { sessionId: id })
  await work()
  const { id: containerId } = host.containers.get(id) ?? {}
  await runOnce(world.deps)
  expect(await show(id)).toMatchObject({ state: 'running', saving: false, save: { state: 'canceled' } })
  expect(host.containers.get(id)).toMatchObject({ id: containerId, state: 'running' })
  expect((await deps.db.session.findUniqueOrThrow({ where: { id } })).reachHost).not.toBeNull()
})

test.each(['cleanForImage', 'ensureStopped', 'changesOf', 'commitImage'])(
  'what goes wrong at %s leaves the work, and says why',
  async (verb) => {
    const id = await working()
    host.before = (called) => {
      if (called === verb) throw new DomainError('container_failed', { message: 'No space left.' })
    }
    await prepareSave(deps, admin, { sessionId: id })
    await work()
    if (verb === 'commitImage') {
      await commitSave(deps, admin, { sessionId: id, ...wanted })
      await work()
    }
    expect((await show(id)).save).toMatchObject({ state: 'failed', problem: 'No space left.' })
    host.before = () => undefined
    await runOnce(world.deps)
    expect(await show(id)).toMatchObject({ state: 'running', saving: false })
    expect(host.containers.get(id)?.state).toBe('running')
    expect(await deps.db.workspaceImage.count({ where: { parentId: imageId } })).toBe(0)
  },
)

test('a password that is left in a file prevents the image, and the file is named', async () => {
  const id = await working()
  host.leaks = ['/opt/notes\n.txt']
  await prepareSave(deps, admin, { sessionId: id })
  await work()
  host.leaks = []
  expect((await show(id)).save).toMatchObject({ state: 'failed', problem: expect.stringContaining('/opt/notes') })
})

test.each(['agent_unreachable', 'agent_ssh'] as const)(
  'an engine that is away for a moment (%s) costs nothing: another controller goes on',
  async (code) => {
    const id = await working()
    await prepareSave(deps, admin, { sessionId: id })
    host.cut = new DomainError(code)
    await work()
    expect((await show(id)).save).toMatchObject({ state: 'preparing', problem: null })
    host.cut = null
    await deps.db.agent.updateMany({ data: { leaseHolder: null, leaseUntil: null } })
    await work(world.rival())
    expect((await show(id)).save).toMatchObject({ state: 'ready' })
  },
)

test('a session that is deleted meanwhile ends the save', async () => {
  const id = await ready()
  await deleteSession(deps, admin, { sessionId: id })
  await expect(commitSave(deps, admin, { sessionId: id, ...wanted })).rejects.toMatchObject({ code: 'wrong_state' })
  await runOnce(world.deps)
  expect(host.containers.has(id)).toBe(false)
})

test('stopping is refused, since it would lose the work; so is everything but deleting while it is saved', async () => {
  const id = await working()
  await expect(stopSession(deps, admin, { sessionId: id })).rejects.toMatchObject({ code: 'wrong_state' })
  expect((await show(id)).verbs).not.toContain('stop')
  await prepareSave(deps, admin, { sessionId: id })
  await expect(pauseSession(deps, admin, { sessionId: id })).rejects.toMatchObject({ code: 'wrong_state' })
  await expect(prepareSave(deps, admin, { sessionId: id })).rejects.toMatchObject({ code: 'wrong_state' })
  await expect(openRootTerminal(deps, admin, { sessionId: id })).rejects.toMatchObject({ code: 'wrong_state' })
})

test('a container that ends by itself is started again, with the work in it', async () => {
  const id = await working()
  const { id: containerId } = host.containers.get(id) ?? {}
  host.exit(id, 70)
  await runOnce(world.deps)
  expect(host.containers.get(id)).toMatchObject({ id: containerId, state: 'running' })
  expect(await show(id)).toMatchObject({ state: 'running' })
  expect(await eventCodes(deps.db, id)).toContain('revived')
})

test('only administrators author, and only in sessions of their own', async () => {
  await expect(startAuthoring(deps, user, { imageId })).rejects.toMatchObject({ code: 'forbidden' })
  const id = await working()
  for (const act of [prepareSave, cancelSave, openRootTerminal])
    await expect(act(deps, other, { sessionId: id })).rejects.toMatchObject({ code: 'not_found' })
  await expect(prepareSave(deps, user, { sessionId: id })).rejects.toMatchObject({ code: 'forbidden' })
})

test('work on an image is no launch of it', async () => {
  await working()
  expect((await fleetOverview(deps, admin)).recentLaunches).toEqual([])
})
