import { expect, test } from 'vitest'
import { digestOf, type PullTry, planBackgroundPulls, pullBackOffMs, pullTimeLeftMs, type WantedImage } from './background-pulls'

const now = new Date('2026-01-01T08:00:00Z')
const agent = {
  id: 'here',
  enabled: true,
  isUp: true,
  diskLow: false,
  disk: { totalBytes: null, freeBytes: null } as { totalBytes: number | null; freeBytes: number | null },
  groups: ['lab'],
  bindPaths: ['/data'],
  hasGpus: false,
}
const pullTry = (reference: string, over: Partial<PullTry> = {}): PullTry => ({
  reference,
  attempts: 1,
  nextTryAt: null,
  needBytes: null,
  wasCopy: false,
  ...over,
})
const image = (reference: string, over: Partial<WantedImage> = {}): WantedImage => ({
  reference,
  pinnedDigest: null,
  prefetch: true,
  agentGroup: null,
  needsGpu: false,
  bindSources: [],
  ...over,
})
const plan = (over: Partial<Parameters<typeof planBackgroundPulls>[0]>) =>
  planBackgroundPulls({ agent, images: [image('a:1')], here: new Map(), holders: [], tags: [], tries: [], now, ...over })
const held = (...references: string[]) =>
  new Map(references.map((reference) => [reference, { imageId: reference, digest: `a@${digest('a')}`, seenAt: now }]))
const digest = (letter: string) => `sha256:${letter.repeat(64)}`

test('what an agent may run and does not have is fetched, once for all workspaces that name it', () => {
  expect(plan({ images: [image('b:1'), image('a:1'), image('a:1')] }).pull).toEqual(['a:1', 'b:1'])
  expect(plan({ here: held('a:1') }).pull).toEqual([])
})

test.each([
  ['of another group', image('a:1', { agentGroup: 'office' }), agent],
  ['that wants a GPU where there is none', image('a:1', { needsGpu: true }), agent],
  ['that mounts what is not declared there', image('a:1', { bindSources: ['/srv'] }), agent],
  ['for an agent that is switched off', image('a:1'), { ...agent, enabled: false }],
])('an image %s is not fetched', (_, wanted, target) => {
  expect(plan({ images: [wanted], agent: target }).pull).toEqual([])
})

test.each([{ isUp: false }, { diskLow: true }])('nothing is fetched, and nothing forgotten, while %o', (state) => {
  const tries = [pullTry('a:1')]
  expect(plan({ agent: { ...agent, ...state }, tries })).toEqual({ pull: [], forget: [] })
})

const holder = { agentId: 'other', reference: 'a:1', imageId: '1', digest: null, builtAt: now, copied: false, isUp: true }

test('an image that was built on another agent comes from there, and waits while that agent does not answer', () => {
  expect(plan({ holders: [holder] }).pull).toEqual(['a:1'])
  const away = { holders: [{ ...holder, isUp: false }], tries: [pullTry('a:1', { wasCopy: true })] }
  expect(plan(away)).toEqual({ pull: [], forget: [] })
})

test('an image that turns up on an agent is copied at once, whatever a registry said of it before', () => {
  const tries = [pullTry('a:1', { attempts: 5, nextTryAt: new Date(now.getTime() + 1) })]
  expect(plan({ holders: [holder], tries }).pull).toEqual(['a:1'])
  expect(plan({ holders: [holder], tries: [{ ...tries[0], wasCopy: true } as PullTry] }).pull).toEqual([])
})

test('a copy whose source was built anew is brought again; an image of a registry is not', () => {
  const old = { ...holder, agentId: 'here', imageId: '0', copied: true }
  expect(plan({ here: held('a:1'), holders: [holder, old] }).pull).toEqual(['a:1'])
  const known = { ...holder, agentId: 'here', imageId: '0', digest: 'a@sha256:1' }
  expect(plan({ here: held('a:1'), holders: [holder, known] }).pull).toEqual([])
})

test('what failed waits for its time and stands behind what did not', () => {
  const images = [image('a:1'), image('b:1'), image('c:1')]
  const later = new Date(now.getTime() + 1)
  const tries = [pullTry('a:1', { attempts: 2, nextTryAt: now }), pullTry('b:1', { nextTryAt: later })]
  expect(plan({ images, tries })).toEqual({ pull: ['c:1', 'a:1'], forget: [] })
})

test('a build that the registry has replaced is fetched anew, and forgotten as a try once it is there', () => {
  const tags = [{ reference: 'a:1', digest: digest('b'), previousDigest: digest('a'), checkedAt: new Date(now.getTime() + 1) }]
  const tries = [pullTry('a:1')]
  expect(plan({ here: held('a:1'), tags, tries })).toEqual({ pull: ['a:1'], forget: [] })
  const current = held('a:1', `a@${digest('b')}`)
  for (const build of current.values()) build.imageId = 'one'
  expect(plan({ here: current, tags, tries })).toEqual({ pull: [], forget: ['a:1'] })
})

test('a pinned build is fetched by its digest, and the tag beside it only for who follows it', () => {
  const pinned = image('a:1', { pinnedDigest: digest('c') })
  expect(plan({ images: [pinned] }).pull).toEqual([`a@${digest('c')}`])
  expect(plan({ images: [pinned, image('a:1')] }).pull).toEqual(['a:1', `a@${digest('c')}`])
  expect(plan({ images: [pinned], here: held(`a@${digest('c')}`) }).pull).toEqual([])
})

test('tries of what is there, or of what nobody wants, are forgotten', () => {
  const tries = ['a:1', 'gone:1'].map((reference) => pullTry(reference))
  expect(plan({ here: held('a:1'), tries }).forget).toEqual(['a:1', 'gone:1'])
})

test('an image that is not to come beforehand is left to the first launch, unless another workspace wants it', () => {
  const later = image('a:1', { prefetch: false })
  expect(plan({ images: [later] })).toEqual({ pull: [], forget: [] })
  expect(plan({ images: [later, image('a:1')] }).pull).toEqual(['a:1'])
  expect(plan({ images: [later], tries: [pullTry('a:1')] }).forget).toEqual(['a:1'])
})

test('what did not fit begins when the disk has room for it, and is remembered until then', () => {
  const GiB = 1024 ** 3
  const tries = [pullTry('a:1', { needBytes: 3 * GiB, nextTryAt: new Date(now.getTime() + 1) })]
  const withFree = (free: number) => ({ ...agent, disk: { totalBytes: 50 * GiB, freeBytes: free * GiB } })
  expect(plan({ tries, agent: withFree(7) })).toEqual({ pull: [], forget: [] })
  expect(plan({ tries, agent: withFree(9) })).toEqual({ pull: ['a:1'], forget: [] })
  expect(plan({ tries, agent: withFree(7), images: [image('a:1', { prefetch: false })] }).forget).toEqual([])
})

test('a digest counts for the repository that gave it', () => {
  const digests = ['127.0.0.1:5000/team/x@sha256:1', 'kasmweb/desktop@sha256:2']
  expect(digestOf('kasmweb/desktop:1', digests)).toBe('kasmweb/desktop@sha256:2')
  expect(digestOf('127.0.0.1:5000/team/x:1', digests)).toBe('127.0.0.1:5000/team/x@sha256:1')
  expect(digestOf('berth/desktop:local', digests)).toBeNull()
})

test('the pauses grow to six hours after a no, and to a quarter of an hour after silence', () => {
  expect([1, 2, 30].map((attempts) => pullBackOffMs(attempts, true) / 60_000)).toEqual([1, 2, 360])
  expect([1, 2, 30].map((attempts) => pullBackOffMs(attempts, false) / 60_000)).toEqual([1, 2, 15])
})

test('the time left follows the speed so far, and is not guessed from nothing', () => {
  expect(pullTimeLeftMs({ bytes: 25, bytesTotal: 100 }, 10_000)).toBe(30_000)
  expect(pullTimeLeftMs({ bytes: 0, bytesTotal: 100 }, 10_000)).toBeNull()
  expect(pullTimeLeftMs({ bytes: 25, bytesTotal: 100 }, 100)).toBeNull()
})
