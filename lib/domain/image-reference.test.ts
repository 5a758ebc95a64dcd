import { expect, test } from 'vitest'
import { digestReference, isTag, normalReference, parseImageReference } from './image-reference'

test.each([
  ['debian', { registry: null, path: 'debian', tag: null, digest: null }],
  [
    'kasmweb/desktop:1.18.0-rolling-daily',
    { registry: null, path: 'kasmweb/desktop', tag: '1.18.0-rolling-daily', digest: null },
  ],
  ['localhost:5000/a/b:c', { registry: 'localhost:5000', path: 'a/b', tag: 'c', digest: null }],
  ['registry.example.com/team/x', { registry: 'registry.example.com', path: 'team/x', tag: null, digest: null }],
])('%s is read', (text, parts) => {
  expect(parseImageReference(text)).toEqual(parts)
})

test.each([
  [''],
  ['UPPER/case'],
  ['a//b'],
  ['a:b:c'],
  ['a b'],
  ['a@sha256:12'],
  ['-a'],
  ['a/'],
  ['a\n'],
  [`a${'b'.repeat(600)}`],
  ['a:$(id)'],
  ['https://a/b'],
])('%j is no reference', (text) => {
  expect(parseImageReference(text)).toBeNull()
})

test('the normal form has a tag unless a digest says which', () => {
  expect(normalReference('debian')).toBe('debian:latest')
  expect(normalReference('a/b:1')).toBe('a/b:1')
  expect(normalReference(`a/b@sha256:${'0'.repeat(64)}`)).toBe(`a/b@sha256:${'0'.repeat(64)}`)
})

test.each([
  ['docker.io/kasmweb/desktop:1', 'kasmweb/desktop:1'],
  ['docker.io/library/debian', 'debian:latest'],
  ['library/debian:12', 'debian:12'],
  ['127.0.0.1:5000/library/x:1', '127.0.0.1:5000/library/x:1'],
])('%s is what Docker lists as %s', (text, listed) => {
  expect(normalReference(text)).toBe(listed)
})

test('a build of a repository is named by its digest, whatever the tag', () => {
  expect(digestReference('docker.io/library/debian:12', 'sha256:1')).toBe('debian@sha256:1')
  expect(digestReference('r.example.org:5000/a/b:1', 'sha256:1')).toBe('r.example.org:5000/a/b@sha256:1')
  expect([isTag('a/b'), isTag('a/b:1'), isTag(`a/b@sha256:${'0'.repeat(64)}`)]).toEqual([true, true, false])
})
