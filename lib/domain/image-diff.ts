// What differs between an authoring session's container and its image, as a person can take it in: by folder, the largest first, with
// examples, and never more than a page shows. Names come from inside a desktop: they are cut, and shown as text.
import type { ContainerChange } from './container-host'

export type DiffGroup = { folder: string; added: number; changed: number; deleted: number; examples: string[] }
export type ImageDiff = { added: number; changed: number; deleted: number; groups: DiffGroup[]; moreGroups: number }

const mostGroups = 40
const examplesPerGroup = 6
const longestName = 200

/** Folders that hold nothing of interest themselves: what is one further down says more. */
const deeper = [
  '/usr',
  '/usr/local',
  '/usr/lib',
  '/usr/share',
  '/var',
  '/var/lib',
  '/home',
  '/opt',
  '/etc',
  '/usr/lib/x86_64-linux-gnu',
]

/** What the engine itself puts into every container. */
const engineOwn = [
  '/.dockerenv',
  '/usr/sbin/docker-init',
  '/sbin/docker-init',
  '/etc/hostname',
  '/etc/hosts',
  '/etc/resolv.conf',
  '/etc/mtab',
]

export function summarizeDiff(changes: readonly ContainerChange[]): ImageDiff {
  const parents = new Set(changes.map(({ path }) => parentOf(path)))
  // A folder is listed because something in it is: that something is what happened.
  const own = changes.filter(({ path, kind }) => (kind === 'deleted' || !parents.has(path)) && !engineOwn.includes(path))
  const groups = new Map<string, DiffGroup>()
  const total = { added: 0, changed: 0, deleted: 0 }
  for (const { path, kind } of own) {
    total[kind] += 1
    const folder = folderOf(path)
    const group = groups.get(folder) ?? { folder: shortName(folder), added: 0, changed: 0, deleted: 0, examples: [] }
    group[kind] += 1
    if (group.examples.length < examplesPerGroup) group.examples.push(shortName(path))
    groups.set(folder, group)
  }
  const count = (group: DiffGroup) => group.added + group.changed + group.deleted
  const sorted = [...groups.values()].sort((a, b) => count(b) - count(a) || (a.folder < b.folder ? -1 : 1))
  return { ...total, groups: sorted.slice(0, mostGroups), moreGroups: Math.max(0, sorted.length - mostGroups) }
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/'
}

function folderOf(path: string): string {
  const parts = path.split('/').slice(1, -1)
  let folder = ''
  for (const part of parts) {
    folder = `${folder}/${part}`
    if (!deeper.includes(folder)) break
  }
  return folder || '/'
}

export function shortName(name: string): string {
  const line = [...name.slice(0, longestName * 2)]
    .map((char) => (/\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}|\p{Cs}/u.test(char) ? '\ufffd' : char))
    .join('')
  return line.length > longestName ? `${line.slice(0, longestName - 1)}…` : line
}
