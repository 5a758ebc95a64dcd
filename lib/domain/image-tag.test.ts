import { expect, test } from 'vitest'
import { type HeldBuild, isBehind, provenDigest, runReference } from './image-tag'

const digest = (letter: string) => `sha256:${letter.repeat(64)}`
const [before, after] = [new Date('2026-01-01T08:00:00Z'), new Date('2026-01-01T09:00:00Z')]
const held = (letter: string, seenAt = before): HeldBuild => ({
  imageId: `id-${letter}`,
  digest: `r.io/a@${digest(letter)}`,
  seenAt,
})
const tag = { reference: 'r.io/a:1', digest: digest('b'), previousDigest: digest('a'), checkedAt: after }
const here = (builds: Record<string, HeldBuild>) => new Map(Object.entries(builds))

test('an agent is behind when the registry named another build after its own came there', () => {
  expect(isBehind('r.io/a:1', here({ 'r.io/a:1': held('a') }), tag)).toBe(true)
  const current = { 'r.io/a:1': held('b'), [`r.io/a@${digest('b')}`]: held('b') }
  expect(isBehind('r.io/a:1', here(current), tag)).toBe(false)
  // The new build is there, and the tag does not name it yet.
  expect(isBehind('r.io/a:1', here({ ...current, 'r.io/a:1': held('a') }), tag)).toBe(true)
})

test('what was pulled by hand since the registry was asked is left alone', () => {
  expect(isBehind('r.io/a:1', here({ 'r.io/a:1': held('c', after) }), tag)).toBe(false)
})

test('what no registry gave is not replaced, and neither is what was never asked for', () => {
  const built = { ...held('a'), digest: null }
  expect(isBehind('r.io/a:1', here({ 'r.io/a:1': built }), tag)).toBe(false)
  expect(isBehind('r.io/a:1', here({ 'r.io/a:1': held('a') }), undefined)).toBe(false)
  expect(isBehind('r.io/a:1', here({ 'r.io/a:1': held('a') }), { ...tag, digest: null })).toBe(false)
  expect(isBehind('r.io/a:1', here({}), tag)).toBe(false)
})

test('one image under two digests is one image', () => {
  const twice = { 'r.io/a:1': held('a'), [`r.io/a@${digest('b')}`]: { ...held('b'), imageId: 'id-a' } }
  expect(isBehind('r.io/a:1', here(twice), tag)).toBe(false)
})

test('a digest that is the image’s own ID proves nothing until a registry was seen to name it', () => {
  const built = { imageId: digest('a'), digest: `r.io/a@${digest('a')}` }
  expect(provenDigest(built, new Set())).toBeNull()
  expect(provenDigest(built, new Set([digest('a')]))).toBe(built.digest)
  expect(provenDigest({ ...built, imageId: digest('f') }, new Set())).toBe(built.digest)
})

test('a pin decides what is run, and without one the tag does', () => {
  expect(runReference({ reference: 'docker.io/a/b', pinnedDigest: null })).toBe('a/b:latest')
  expect(runReference({ reference: 'docker.io/a/b', pinnedDigest: digest('a') })).toBe(`a/b@${digest('a')}`)
})
