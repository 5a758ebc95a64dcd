import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findActionNames, findRoutes } from './entry-points'

let base: string
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(base, path)), { recursive: true })
  writeFileSync(join(base, path), text)
}

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'berth-entry-points-test-'))
})
afterEach(() => rmSync(base, { recursive: true }))

test('a new catch-all is found, one with optional parts as well, and those that are swept otherwise are not [attack 21]', () => {
  for (const path of ['api/auth/[...nextauth]', 'api/v1/[...unknown]', 'api/v1/new/[...rest]', 'api/v1/more/[[...rest]]'])
    write(`app/${path}/route.ts`, 'export const GET = route({})')
  const found = findRoutes(base).map(({ path, params, methods }) => [path, params, methods])
  expect(found.sort()).toEqual([
    ['/api/v1/more/{rest}', ['rest'], ['GET']],
    ['/api/v1/new/{rest}', ['rest'], ['GET']],
  ])
})

test('whatever a file with the directive exports is found, wherever it lies and in whatever form [attack 21]', () => {
  write('app/a/actions.ts', "// why\n'use server'\nexport const aAction = action({})\nconst hidden = 1")
  write('components/b.ts', '/* why */\n"use server"\nexport async function b() {}\nexport { c as d, e }')
  expect(findActionNames(base).map(({ name }) => name)).toEqual(['aAction', 'b', 'd', 'e'])
})
