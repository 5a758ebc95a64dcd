import { expect, test } from 'vitest'
import type { SeenImage } from './image-host'
import { unneededImages } from './unneeded-images'

const image = (id: string, over: Partial<SeenImage> = {}): SeenImage => ({
  id,
  references: ['r.example.org/a:1', `r.example.org/a@sha256:${id}`],
  digests: [`r.example.org/a@sha256:${id}`],
  sizeBytes: 1,
  architecture: 'amd64',
  builtAt: null,
  ...over,
})
const nothing = { references: new Set<string>(), imageIds: new Set<string>() }
const found = (over: Partial<Parameters<typeof unneededImages>[0]>) => [
  ...unneededImages({
    images: [image('1')],
    brought: [{ imageId: '1', references: ['r.example.org/a:1'] }],
    needed: nothing,
    inUse: new Set(),
    elsewhere: new Set(),
    ...over,
  }),
]

test('what Berth brought and nothing needs may go', () => {
  expect(found({})).toEqual(['1'])
})

test('what somebody else put there never may, whatever it is called', () => {
  expect(found({ brought: [] })).toEqual([])
})

test.each([
  ['a container is made of', { inUse: new Set(['1']) }],
  ['a workspace names', { needed: { ...nothing, references: new Set(['r.example.org/a:1']) } }],
  ['a workspace may go back to by its digest', { needed: { ...nothing, references: new Set(['r.example.org/a@sha256:1']) } }],
  ['a session was made from', { needed: { ...nothing, imageIds: new Set(['1']) } }],
])('what %s stays', (_, over) => {
  expect(found(over)).toEqual([])
})

test('what somebody gave a name of his own stays', () => {
  expect(found({ images: [image('1', { references: ['r.example.org/a:1', 'mine:1'] })] })).toEqual([])
})

test('the last one of an image that no registry knows stays; a former build that lost its name to a newer one may go', () => {
  const local = image('1', { references: ['r.example.org/a:1'], digests: [] })
  expect(found({ images: [local] })).toEqual([])
  expect(found({ images: [local], elsewhere: new Set(['1']) })).toEqual(['1'])
  expect(found({ images: [{ ...local, references: [] }] })).toEqual(['1'])
})
