import { expect, test } from 'vitest'
import type { ContainerChange } from './container-host'
import { shortName, summarizeDiff } from './image-diff'

const added = (path: string): ContainerChange => ({ path, kind: 'added' })
const changed = (path: string): ContainerChange => ({ path, kind: 'changed' })
const deleted = (path: string): ContainerChange => ({ path, kind: 'deleted' })

test('a folder that is listed only for what is in it is not counted', () => {
  const diff = summarizeDiff([
    changed('/opt'),
    added('/opt/tool'),
    added('/opt/tool/bin'),
    added('/opt/tool/bin/run'),
    changed('/etc'),
    changed('/etc/hosts.allow'),
  ])
  expect(diff).toMatchObject({ added: 1, changed: 1, deleted: 0 })
  expect(diff.groups.map(({ folder, examples }) => [folder, examples])).toEqual([
    ['/etc', ['/etc/hosts.allow']],
    ['/opt/tool', ['/opt/tool/bin/run']],
  ])
})

test('a deleted folder counts, and an empty one that was added too', () => {
  expect(summarizeDiff([changed('/srv'), deleted('/srv/old'), added('/srv/new')])).toMatchObject({ added: 1, deleted: 1 })
})

test('what is large comes first, and there is never more than a page shows', () => {
  const changes = Array.from({ length: 5_000 }, (_, index) => added(`/srv/d${index % 100}/f${index}`)).concat(
    Array.from({ length: 200 }, (_, index) => added(`/usr/lib/python3/p${index}`)),
  )
  const diff = summarizeDiff(changes)
  expect(diff.added).toBe(5_200)
  expect(diff.groups[0]).toMatchObject({ folder: '/srv', added: 5_000 })
  const wide = summarizeDiff(Array.from({ length: 5_000 }, (_, index) => added(`/d${index}/f`)))
  expect(wide.groups).toHaveLength(40)
  expect(wide.moreGroups).toBe(4_960)
  expect(wide.groups.every(({ examples }) => examples.length <= 6)).toBe(true)
})

test.each(['/a\nb', '/\u001b[31mred', '/\u202egnp.exe', '/\ud800', `/${'x'.repeat(5_000)}`])(
  '%j is made harmless and short',
  (name) => {
    const short = shortName(name)
    expect(short).not.toMatch(/\p{Cc}|\p{Cf}|\p{Cs}/u)
    expect(short.length).toBeLessThanOrEqual(200)
  },
)

test('what the engine puts into every container is no change', () => {
  expect(
    summarizeDiff([changed('/usr'), changed('/usr/sbin'), added('/usr/sbin/docker-init'), added('/etc/mtab')]).groups,
  ).toEqual([])
})

test('nothing changed is an empty summary', () => {
  expect(summarizeDiff([])).toEqual({ added: 0, changed: 0, deleted: 0, groups: [], moreGroups: 0 })
})
