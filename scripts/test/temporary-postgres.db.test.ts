import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'

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
