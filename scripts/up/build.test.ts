import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hashSources } from './build.mjs'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'berth-build-'))
  write('app/page.tsx', 'one')
  write('server.ts', 'two')
})

afterEach(() => rmSync(root, { recursive: true }))

function write(path: string, text: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true })
  writeFileSync(join(root, path), text)
}

test('the version changes with the content, the name and the absence of a source', () => {
  const versions = new Set([hashSources(root)])
  write('app/page.tsx', 'changed')
  versions.add(hashSources(root))
  write('lib/db/new.ts', 'new')
  versions.add(hashSources(root))
  rmSync(join(root, 'server.ts'))
  versions.add(hashSources(root))
  expect(versions.size).toBe(4)
})

test('tests, documents and what is generated do not ask for a new build', () => {
  const before = hashSources(root)
  write('app/page.test.tsx', 'a test')
  write('lib/db/generated/client.ts', 'generated')
  write('images/README.md', 'words')
  write('docs/setup.md', 'words')
  expect(hashSources(root)).toBe(before)
})
