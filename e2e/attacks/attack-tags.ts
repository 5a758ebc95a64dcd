// The numbers of rows in the names of tests: `… [attack 3]`, `… [attack 4, 5]`, on a test or on the describe around it.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

const root = join(import.meta.dirname, '..', '..')
const tag = /\[attack (\d+(?:, \d+)*)\]/g
const testFile = /\.(test|spec)\.tsx?$/
const skipped = new Set(['node_modules', '.next', '.git', 'dist', '.berth', 'generated', 'test-results'])

/** Kept out of this file's own text, so that it does not count as a test of a row. */
export const anyTag = String.raw`\[attack \d`

export function rowsIn(text: string): number[] {
  return [...text.matchAll(tag)].flatMap((match) => (match[1] ?? '').split(', ').map(Number))
}

export function withoutTag(name: string): string {
  return name.replace(tag, '').replaceAll(/\s+/g, ' ').trim()
}

export type TaggedFile = { path: string; rows: number[] }

/** Test files whose sources name a row, by path. */
export function findTaggedFiles(): TaggedFile[] {
  return testFilesBelow(root)
    .map((path) => ({ path, rows: [...new Set(rowsIn(readFileSync(join(root, path), 'utf8')))] }))
    .filter(({ rows }) => rows.length > 0)
    .sort((one, other) => (one.path < other.path ? -1 : 1))
}

function testFilesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : testFilesBelow(path)
    return testFile.test(entry.name) ? [relative(root, path)] : []
  })
}
