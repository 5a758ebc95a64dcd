import { expect, test } from 'vitest'
import { planPool, type ReadyRow, readyBlocks, readyCounts, readyTotal, whyNotReady } from './ready-sessions'
import { GiB, WorkspaceImageFields, WorkspaceImageSpec } from './workspace-image'

const minute = 60_000
const now = new Date('2026-05-01T12:00:00Z')
const long = new Date('2026-01-01T00:00:00Z')
const ago = (ms: number) => new Date(now.getTime() - ms)
const row = (id: string, over: Partial<ReadyRow> = {}): ReadyRow => ({
  id,
  state: 'running',
  wanted: 'running',
  createdAt: long,
  endedAt: null,
  isCurrent: true,
  ...over,
})
const failed = (id: string, ms: number) => row(id, { state: 'failed', endedAt: ago(ms) })
const image = (over: object = {}) => WorkspaceImageFields.parse({ name: 'x', reference: 'x', homePolicy: 'none', ...over })

test('as many are started as are lacking, and one that is leaving counts no more', () => {
  const rows = [row('a'), row('b', { state: 'starting' }), row('c', { wanted: 'deleted' })]
  expect(planPool(rows, 4, long, now)).toEqual({ end: [], start: 2, retryAt: null })
})

test('too many, outdated, stopped and waiting ones end, the youngest first, and none where none is wanted', () => {
  const rows = [
    row('new', { createdAt: now }),
    row('old'),
    row('coming', { state: 'starting' }),
    row('outdated', { isCurrent: false }),
    row('stopped', { state: 'stopped', wanted: 'stopped' }),
    row('queued', { state: 'queued' }),
  ]
  expect(planPool(rows, 1, long, now)).toEqual({
    end: ['new', 'coming', 'outdated', 'stopped', 'queued'],
    start: 0,
    retryAt: null,
  })
  expect(planPool(rows, 0, long, now).end).toHaveLength(6)
})

test('after one that failed the next waits longer each time, at most a quarter of an hour, and not at all after a change', () => {
  const waits = [1, 2, 3, 4, 5].map((count) => {
    const rows = Array.from({ length: count }, (_, index) => failed(`f${index}`, index * minute))
    return ((planPool(rows, 1, long, now).retryAt?.getTime() ?? 0) - now.getTime()) / 1000
  })
  expect(waits).toEqual([30, 60, 120, 240, 480])
  expect(planPool([failed('a', 1000)], 2, long, now).start).toBe(0)
  expect(planPool([failed('a', 31_000)], 2, long, now).start).toBe(2)
  expect(planPool([failed('a', 1000)], 2, now, now).start).toBe(2)
})

test('what fails together counts once, and only the last few stay to be looked at', () => {
  const together = Array.from({ length: 8 }, (_, index) => failed(`f${index}`, index))
  const plan = planPool(together, 1, long, now)
  expect(plan.retryAt).toEqual(new Date(now.getTime() + 30_000))
  expect(plan.end).toEqual(['f5', 'f6', 'f7'])
})

test('a workspace with anything of its user cannot have ready sessions, and each field says so', () => {
  expect(whyNotReady(image())).toEqual([])
  const per = { kind: 'volume', name: 'v', target: '/v', perUser: true }
  const fields = {
    homePolicy: 'perUser',
    volumes: [{ ...per, perUser: false, target: '/w' }, per],
    requireGpu: true,
    gpuCount: 0,
  }
  expect(whyNotReady(image(fields)).map(({ path }) => path.join('.'))).toEqual([
    'homePolicy',
    'volumes.1.perUser',
    'gpuCount',
    'readyGpus',
  ])
  const parsed = WorkspaceImageSpec.safeParse({ ...image(fields), readySessions: 1 })
  expect(parsed.error?.issues.map(({ path }) => path.join('.'))).toEqual([
    'homePolicy',
    'volumes.1.perUser',
    'gpuCount',
    'readyGpus',
  ])
  expect(WorkspaceImageSpec.safeParse(image(fields)).success).toBe(true)
})

test('what ready sessions block is their number times what one needs', () => {
  const gpus = { requireGpu: true, gpuCount: 2, readyGpus: true }
  expect(readyBlocks(3, image({ cpuMillis: 1500, memoryBytes: 2 * GiB, ...gpus }))).toEqual({
    cpuMillis: 4500,
    memoryBytes: 6 * GiB,
    gpus: 6,
  })
  expect(readyBlocks(2, image({ gpuCount: 4 })).gpus).toBe(0)
})

test('numbers of groups add to the one for anywhere, and each group stands once, with at most fifty in all', () => {
  const wanted = image({ readySessions: 1, readyByGroup: [{ group: 'office', count: 2 }] })
  expect(readyCounts(wanted)).toEqual([
    { group: null, count: 1 },
    { group: 'office', count: 2 },
  ])
  expect(readyCounts(image({ readyByGroup: [{ group: 'lab', count: 1 }] }))).toEqual([{ group: 'lab', count: 1 }])
  expect(readyTotal(wanted)).toBe(3)
  const paths = (over: object) => WorkspaceImageSpec.safeParse(image(over)).error?.issues.map(({ path }) => path.join('.'))
  const twice = [1, 2].map((count) => ({ group: 'lab', count }))
  expect(paths({ readyByGroup: twice })).toEqual(['readyByGroup.1.group'])
  expect(paths({ readySessions: 49, readyByGroup: [{ group: 'lab', count: 2 }] })).toEqual(['readyByGroup'])
  expect(paths({ readyByGroup: [{ group: 'lab', count: 1 }], homePolicy: 'perUser' })).toEqual(['homePolicy'])
})
