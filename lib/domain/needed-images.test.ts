import { expect, test } from 'vitest'
import { neededImages } from './needed-images'

const disk = { totalBytes: null, freeBytes: null }
const agent = { id: 'here', enabled: true, isUp: true, diskLow: false, disk, groups: ['lab'], bindPaths: [], hasGpus: false }
const digest = (letter: string) => `sha256:${letter.repeat(64)}`
const image = {
  reference: 'r.example.org/a:1',
  pinnedDigest: null,
  prefetch: true,
  agentGroup: null,
  needsGpu: false,
  bindSources: [],
}
const tag = { reference: 'r.example.org/a:1', digest: digest('c'), previousDigest: digest('b'), checkedAt: new Date() }

test('the current build and the one before stay, so that a click goes back without a pull', () => {
  const needed = neededImages({ agent, images: [image], tags: [tag], sessions: [] })
  expect([...needed.references].sort()).toEqual([
    'r.example.org/a:1',
    `r.example.org/a@${digest('b')}`,
    `r.example.org/a@${digest('c')}`,
  ])
})

test('a pinned build stays beside them, however old', () => {
  const pinned = { ...image, pinnedDigest: digest('a') }
  const needed = neededImages({ agent, images: [pinned], tags: [tag], sessions: [] })
  for (const letter of 'abc') expect(needed.references).toContain(`r.example.org/a@${digest(letter)}`)
})

test('what a session was made from stays by its ID, and what one is about to be made from by its reference', () => {
  const sessions = [
    { reference: 'gone:1', dockerImageId: 'sha256:1' },
    { reference: 'r.example.org/b:1', pinnedDigest: digest('d'), dockerImageId: null },
  ]
  const needed = neededImages({ agent, images: [], tags: [], sessions })
  expect(needed.imageIds).toEqual(new Set(['sha256:1']))
  expect(needed.references).toEqual(new Set([`r.example.org/b@${digest('d')}`]))
})

test('what no workspace may run on the agent is not needed there', () => {
  const elsewhere = { ...image, agentGroup: 'office' }
  expect(neededImages({ agent, images: [elsewhere], tags: [tag], sessions: [] }).references).toEqual(new Set())
})
