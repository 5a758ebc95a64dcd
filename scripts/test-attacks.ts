// The part of npm run test:attacks that knows which tests carry out a row. Files run whole: in some, a test goes on from the one before.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { anyTag, findTaggedFiles } from '@/e2e/attacks/attack-tags'
import { leash } from '@/scripts/test/leash.mjs'

const root = join(import.meta.dirname, '..')
const bin = (name: string) => join(root, 'node_modules', '.bin', name)
const folder = mkdtempSync(join(tmpdir(), 'berth-attacks-'))
const env = {
  ...process.env,
  TEST_ATTACK_OUTCOMES: join(folder, 'outcomes.jsonl'),
  // Portals of several tests share the engine.
  BERTH_INSTALL_LABEL: `attacks-${randomBytes(6).toString('hex')}`,
  BERTH_SHARE_HOSTS: 'yes',
}

process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
// Ctrl-C reaches the running tests as well, by way of the terminal.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

async function run(name: string, command: string[]): Promise<number> {
  console.log(`\n── ${name}`)
  const [program = '', ...args] = command
  const child = spawn(program, args, { stdio: 'inherit', cwd: root, env })
  const release = leash({ child, graceMs: 5_000 })
  const [code] = await once(child, 'close')
  release()
  return code ?? 1
}

async function main(): Promise<number> {
  const files = findTaggedFiles().map(({ path }) => path)
  const of = (suffix: RegExp) => files.filter((path) => suffix.test(path))
  const unit = files.filter((path) => !/\.(db|docker)\.test\.ts$|\.spec\.ts$/.test(path))
  const vitest = (project: string, paths: string[]) => run(project, [bin('vitest'), 'run', '--project', project, ...paths])
  // Either project takes what is its own, and has none where hosts cannot be simulated.
  const withEngine = [...of(/\.docker\.test\.ts$/), '--passWithNoTests']
  const codes = [
    await run('starter desktop', [bin('tsx'), 'scripts/images.ts', 'desktop']),
    await vitest('unit', unit),
    await vitest('db', of(/\.db\.test\.ts$/)),
    await vitest('docker', withEngine),
    await vitest('hosts', withEngine),
    await run('browser', [bin('playwright'), 'test', '--config', 'e2e/playwright.config.ts', '-g', anyTag]),
    await run('what was seen', [bin('tsx'), 'scripts/attack-table.ts', '--write']),
  ]
  return codes.find((code) => code !== 0) ?? 0
}

process.exitCode = await main()
