import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'

const started: number[] = []
afterEach(() => {
  for (const pid of started.splice(0)) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** A process that has another on a leash and does this then; it says the other's number. */
async function holder(then: string, leashed = '{ child }'): Promise<{ child: ChildProcess; held: number }> {
  const program = `
    import { spawn } from 'node:child_process'
    import { leash } from './scripts/test/leash.mjs'
    const child = spawn('sleep', ['60'], { stdio: 'ignore' })
    const release = leash(${leashed})
    console.log(child.pid)
    ${then}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = (await once(child.stdout as NonNullable<typeof child.stdout>, 'data')) as [Buffer]
  const held = Number(said.toString())
  started.push(child.pid ?? 0, held)
  return { child, held }
}

const gone = (pid: number) => vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 10_000, interval: 20 })

test.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)(
  'what a process has on a leash ends with it when it is ended by %s',
  async (signal) => {
    const { child, held } = await holder('setInterval(() => undefined, 1000)')
    expect(isAlive(held)).toBe(true)
    child.kill(signal)
    await gone(held)
  },
)

test('what was let go stays', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'berth-leash-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const letGo = `release(); setTimeout(() => process.exit(), 50)`
  const { child, held } = await holder(letGo, `{ child, directory: ${JSON.stringify(directory)} }`)
  await once(child, 'exit')
  // A second one that is ended afterwards shows that the first would have been by now.
  const other = await holder('process.exit()')
  await gone(other.held)
  expect([isAlive(held), existsSync(directory)]).toEqual([true, true])
})

test.runIf(process.platform === 'linux')(
  'a process that only has the number of a database that ended stays, and the files go',
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'berth-leash-'))
    const stranger = spawn('sleep', ['60'], { stdio: 'ignore' })
    started.push(stranger.pid ?? 0)
    mkdirSync(join(directory, 'postgres', 'cluster'), { recursive: true })
    writeFileSync(join(directory, 'postgres', 'cluster', 'postmaster.pid'), `${stranger.pid}\n`)
    await holder('process.exit()', `{ directory: ${JSON.stringify(directory)} }`)
    await vi.waitFor(() => expect(existsSync(directory)).toBe(false), { timeout: 10_000, interval: 20 })
    expect(isAlive(stranger.pid ?? 0)).toBe(true)
  },
)
