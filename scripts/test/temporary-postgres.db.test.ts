import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'

const program = `
const { openTemporaryPostgres } = await import('./scripts/test/temporary-postgres.ts')
const { dataDir } = await openTemporaryPostgres('berth-leash-')
console.log(dataDir)
setInterval(() => undefined, 1000)
`

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('a process that is killed leaves neither its database nor its files behind', async () => {
  const options = ['--import', 'tsx', '--input-type=module', '-e', program]
  const child = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = (await once(child.stdout, 'data')) as [Buffer]
  const dataDir = said.toString().trim()
  const pid = Number(readFileSync(join(dataDir, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0])
  expect(isAlive(pid)).toBe(true)
  child.kill('SIGKILL')
  await vi.waitFor(() => expect([isAlive(pid), existsSync(dataDir)]).toEqual([false, false]), { timeout: 20_000, interval: 100 })
}, 60_000)

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'a benchmark leaves nothing behind when the command that began it is ended by %s',
  async (signal) => {
    const folder = mkdtempSync(join(tmpdir(), 'berth-command-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    chmodSync(folder, 0o711)
    const command = spawn(process.execPath, ['scripts/bench.mjs', 'placement'], {
      stdio: 'ignore',
      env: { ...process.env, TMPDIR: folder },
    })
    const pidFile = await vi.waitFor(
      () => {
        const name = readdirSync(folder).find((entry) => entry.startsWith('berth-bench-')) ?? ''
        const path = join(folder, name, 'postgres', 'cluster', 'postmaster.pid')
        if (!existsSync(path)) throw new Error('no database yet')
        return path
      },
      { timeout: 30_000, interval: 50 },
    )
    const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0])
    command.kill(signal)
    const left = () => [isAlive(pid), ...readdirSync(folder).filter((name) => name.startsWith('berth-'))]
    await vi.waitFor(() => expect(left()).toEqual([false]), { timeout: 30_000, interval: 100 })
    rmSync(folder, { recursive: true })
  },
  60_000,
)
