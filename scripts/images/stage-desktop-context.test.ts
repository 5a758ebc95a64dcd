import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type StagedContext, stageDesktopContext } from './stage-desktop-context'

let context: StagedContext

beforeAll(async () => {
  context = await stageDesktopContext()
})

afterAll(async () => {
  await context.remove()
})

test('the same sources give the same hash', async () => {
  const again = await stageDesktopContext()
  await again.remove()
  expect(again.sourceHash).toBe(context.sourceHash)
  expect(context.sourceHash).toMatch(/^[0-9a-f]{64}$/)
})

test('everybody may read what goes into the image, and programs stay programs', async () => {
  for (const name of await readdir(join(context.folder, 'rootfs'), { recursive: true })) {
    const { mode } = await stat(join(context.folder, 'rootfs', name))
    expect(mode & 0o444, name).toBe(0o444)
  }
  expect((await stat(join(context.folder, 'rootfs/usr/local/bin/berth-desktop'))).mode & 0o777).toBe(0o755)
})

test('the viewer page is whole: no part is missing, and nothing is fetched from elsewhere', async () => {
  const page = await readFile(join(context.folder, 'www/vnc.html'), 'utf8')
  expect(page).toContain('<script type="module">')
  expect(page).not.toMatch(/\{\{|<!-- (style|script) -->/)
  expect(page).not.toMatch(/<(script|img|iframe)[^>]+src=|<link[^>]+href="(?!data:)/)
  // noVNC's check for H.264 would hold up every connection.
  expect(page).not.toContain('EncodedVideoChunk(')
})
