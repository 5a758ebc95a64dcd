import { expect, test } from 'vitest'
import { copyFor, type ImageHolder, isLocalOnly, leadingBuild } from './image-copies'

const day = (at: number) => new Date(Date.UTC(2026, 0, at))
const holder = (agentId: string, imageId: string, over: Partial<ImageHolder> = {}): ImageHolder => ({
  agentId,
  reference: 'a:1',
  imageId,
  digest: null,
  builtAt: day(1),
  copied: false,
  isUp: true,
  ...over,
})

test('an image is local when it is somewhere and no registry knows it anywhere', () => {
  expect(isLocalOnly('a:1', [])).toBe(false)
  expect(isLocalOnly('a:1', [holder('x', '1')])).toBe(true)
  expect(isLocalOnly('a:1', [holder('x', '1'), holder('y', '1', { digest: 'a@sha256:1' })])).toBe(false)
})

test.each(['berth/desktop:local', 'docker.io/berth/saved-tools:20260101-0000', 'berth/desktop-ml'])(
  'what Berth makes itself is local before any agent has listed it, and with a digest too (%s)',
  (reference) => {
    expect(isLocalOnly(reference, [])).toBe(true)
    expect(isLocalOnly(reference, [holder('x', '1', { reference, digest: `${reference}@sha256:1` })])).toBe(true)
  },
)

test.each(['registry.example/berth/desktop:1', 'berthed/desktop:1', 'berth:1'])('another name is not (%s)', (reference) => {
  expect(isLocalOnly(reference, [])).toBe(false)
})

test('who has nothing gets the newest build, from every agent that has it and answers', () => {
  const holders = [
    holder('old', '1'),
    holder('new', '2', { builtAt: day(2) }),
    holder('copy', '2', { builtAt: day(2), copied: true }),
  ]
  expect(copyFor('here', 'a:1', holders)).toEqual({ imageId: '2', sources: ['new', 'copy'] })
})

test('a copy follows when its source was built anew, and rests when it is the same', () => {
  const copy = holder('here', '1', { copied: true })
  expect(copyFor('here', 'a:1', [copy, holder('source', '1')])).toBeNull()
  expect(copyFor('here', 'a:1', [copy, holder('source', '2', { builtAt: day(2) })])).toEqual({
    imageId: '2',
    sources: ['source'],
  })
})

test('a copy follows back to an older build as well, when that is what somebody put at its source', () => {
  const copy = holder('here', '2', { copied: true, builtAt: day(2) })
  expect(copyFor('here', 'a:1', [copy, holder('source', '1')])).toEqual({ imageId: '1', sources: ['source'] })
})

test('what somebody built or loaded on an agent is never replaced there', () => {
  const own = holder('here', '1')
  expect(copyFor('here', 'a:1', [own, holder('source', '2', { builtAt: day(2) })])).toBeNull()
})

test('a copy does not fall back to an older build while the agent with the newest is away', () => {
  const copy = holder('here', '2', { copied: true, builtAt: day(2) })
  const away = holder('source', '2', { builtAt: day(2), isUp: false })
  expect(copyFor('here', 'a:1', [copy, away, holder('third', '1')])).toBeNull()
})

test('who has nothing takes another build while the agent with the newest is away', () => {
  const away = holder('source', '2', { builtAt: day(2), isUp: false })
  expect(copyFor('here', 'a:1', [away, holder('third', '1')])).toEqual({ imageId: '1', sources: ['third'] })
  expect(copyFor('here', 'a:1', [away])).toBeNull()
})

test('copies keep an image alive whose source is gone', () => {
  const left = [holder('one', '1', { copied: true }), holder('two', '1', { copied: true })]
  expect(leadingBuild('a:1', left)).toBe('1')
  expect(copyFor('here', 'a:1', left)).toEqual({ imageId: '1', sources: ['one', 'two'] })
})

test('two builds of one moment are told apart alike on every agent', () => {
  const two = [holder('x', '1'), holder('y', '2')]
  expect(leadingBuild('a:1', two)).toBe('2')
  expect(leadingBuild('a:1', two.toReversed())).toBe('2')
})
