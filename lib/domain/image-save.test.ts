import { expect, test } from 'vitest'
import type { SessionSpec } from './container-spec'
import { parseImageReference } from './image-reference'
import { authoringSpec, savedReference } from './image-save'

const at = new Date('2026-03-04T05:06:07.890Z')

test.each([
  ['My Desktop', 'berth/saved-my-desktop:20260304-050607'],
  ['  Größe & "Ähnlich"  ', 'berth/saved-gro-e-a-hnlich:20260304-050607'],
  ['漢字', 'berth/saved-image:20260304-050607'],
  ['---', 'berth/saved-image:20260304-050607'],
  ['../../etc:latest@sha256', 'berth/saved-etc-latest-sha256:20260304-050607'],
])('the image of %j is called %s, which Docker takes', (name, reference) => {
  expect(savedReference(name, at)).toBe(reference)
  expect(parseImageReference(reference)).not.toBeNull()
})

test('a long name ends in a reference that Docker takes', () => {
  expect(parseImageReference(savedReference(`${'a'.repeat(39)} ${'b'.repeat(99)}`, at))).not.toBeNull()
})

test('an authoring session has nothing mounted and may write everywhere', () => {
  const spec: SessionSpec = {
    reference: 'a/b:1',
    shmBytes: 1,
    environment: { A: 'b' },
    homePolicy: 'perUser',
    volumes: [{ kind: 'bind', source: '/srv/x', target: '/x', readOnly: true }],
    dockerOptions: { readOnlyRoot: true, tmpfs: [{ path: '/scratch', sizeBytes: 1_048_576 }], hostname: 'box' },
    agentGroup: 'gpu',
    timezone: null,
  }
  expect(authoringSpec(spec)).toEqual({
    ...spec,
    homePolicy: 'none',
    volumes: [],
    authoring: true,
    dockerOptions: { hostname: 'box' },
  })
})
