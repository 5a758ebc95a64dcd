import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { StagedContext } from './stage-desktop-context'
import { addMachineSettings, stageMlContext } from './stage-ml-context'

const apt = { sources: 'deb http://mirror.example/d bookworm main\n', configuration: '', caBundle: null }
const python = { environment: { PIP_INDEX_URL: "https://pypi.example/it's" }, caBundle: 'CERTIFICATE', leftOut: [] }

let context: StagedContext

beforeEach(async () => {
  context = await stageMlContext()
})

afterEach(async () => {
  await context.remove()
})

const staged = (name: string) => readFile(join(context.folder, 'machine', name), 'utf8')

test('the machine’s settings reach the build in one folder, quoted for the shell, and change no hash', async () => {
  await addMachineSettings(context, 'cpu', apt, python)
  expect(await staged('sources.list')).toBe('deb http://mirror.example/d bookworm main contrib\n')
  expect(await staged('environment')).toContain(`export PIP_INDEX_URL='https://pypi.example/it'\\''s'\n`)
  expect(await staged('apt.conf')).toContain('Dir::Etc::sourceparts "/dev/null";')
  const again = await stageMlContext()
  await again.remove()
  expect(again.sourceHash).toBe(context.sourceHash)
})

test('Kasm’s base keeps the sources of its own distribution', async () => {
  await addMachineSettings(context, 'cuda', apt, python)
  expect(await readdir(join(context.folder, 'machine'))).not.toContain('sources.list')
  expect(await staged('apt.conf')).not.toContain('Dir::Etc')
})

test('only stages that leave nothing behind see the machine’s settings', async () => {
  const stages = (await readFile(join(context.folder, 'Dockerfile'), 'utf8')).split(/^FROM /m).slice(1)
  const shipped = stages.filter((stage) => !/^\S+ AS \S+-work\n/.test(stage))
  expect(shipped.length).toBeGreaterThan(5)
  for (const stage of shipped) expect(stage).not.toMatch(/^(RUN|ARG (?!FLAVOUR)|COPY (?!--from=\S+-work \/layer \/))/m)
})
