import { describe, expect, test } from 'vitest'
import { gpuFilters, gpuStates } from '@/lib/domain/gpu-state'
import { filterWords, gpuBadges, gpuLook, shortUuid } from './gpu-look'

const holder = {
  sessionId: 's',
  slot: 0,
  owner: { id: 'u', name: 'ann' },
  imageName: 'Train',
  since: '',
  endsAt: null,
  lostAt: null,
}
const plain = {
  kind: 'device' as const,
  migProfile: null,
  shares: 1,
  holders: [],
  excluded: false,
  allowBusyOutside: false,
  busyOutsideSince: null,
  idleSince: null,
  state: 'free' as const,
}
const badges = (over: object) => gpuBadges({ ...plain, ...over }).map((badge) => badge.text)

describe('how a GPU looks', () => {
  test('no two states are told apart by colour alone', () => {
    const signs = gpuStates.map((state) => `${gpuLook(state).icon} ${gpuLook(state).label}`)
    expect(new Set(signs).size).toBe(gpuStates.length)
    expect(new Set(Object.values(filterWords)).size).toBe(gpuFilters.length)
  })

  test('an ordinary one has no badge, and its state is not said twice', () => {
    expect(badges({})).toEqual([])
    expect(badges({ excluded: true, state: 'excluded' })).toEqual([])
    expect(badges({ busyOutsideSince: 'then', state: 'outside' })).toEqual([])
  })

  test('what stands out comes first, and sharing says what it costs', () => {
    const worst = { holders: [{ ...holder, lostAt: 'then' }], idleSince: 'then', shares: 4, excluded: true, state: 'held' }
    expect(badges(worst)).toEqual(['lost', 'idle while held', 'excluded', 'shared by 4, no isolation'])
    expect(badges({ kind: 'mig', migProfile: '1g.10gb' })).toEqual(['MIG 1g.10gb'])
    expect(badges({ busyOutsideSince: 'then', allowBusyOutside: true })).toEqual(['busy outside Berth'])
  })

  test('short UUIDs keep their kind', () => {
    expect(shortUuid('GPU-8f3a2c1d-77aa-4b1c-9e55-0123456789ab')).toBe('GPU-8f3a2c1d')
    expect(shortUuid('MIG-1b2c3d4e-77aa')).toBe('MIG-1b2c3d4e')
    expect(shortUuid('nvidia.com/gpu=0')).toBe('nvidia.com/gpu=0')
  })
})
