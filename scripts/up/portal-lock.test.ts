import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadConfig } from '@/lib/config'
import { dataDirectory, lockPath, takeLock } from './portal-lock.mjs'

let directory: string
let path: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'berth-lock-'))
  path = join(directory, 'portal.lock')
})

afterEach(() => rmSync(directory, { recursive: true }))

/** Another process that takes the lock, says so, and lives until it is ended. */
async function otherPortal() {
  const program = `import { takeLock } from ${JSON.stringify(join(import.meta.dirname, 'portal-lock.mjs'))}
    takeLock(process.argv[1]); console.log('taken'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return child
}

test('a second portal on the same data is refused and told about the first', async () => {
  const child = await otherPortal()
  expect(() => takeLock(path)).toThrow(new RegExp(`already runs on this data directory \\(process ${child.pid}`))
  child.kill('SIGKILL')
  await once(child, 'exit')
})

test('a lock left by a killed portal is taken over', async () => {
  const child = await otherPortal()
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(existsSync(path)).toBe(true)
  const release = takeLock(path)
  expect(JSON.parse(readFileSync(path, 'utf8')).pid).toBe(process.pid)
  release()
  expect(existsSync(path)).toBe(false)
})

test('a lock whose number now belongs to another process is taken over', () => {
  writeFileSync(path, JSON.stringify({ pid: process.ppid, startTicks: '1', since: 'before the restart of the machine' }))
  takeLock(path)()
})

test('a lock that was written half is taken over', () => {
  writeFileSync(path, '{"pid": 1')
  takeLock(path)()
})

test('the process that prepared keeps its lock when it becomes the server', () => {
  const release = takeLock(path)
  takeLock(path)()
  expect(existsSync(path)).toBe(true)
  release()
})

test('processes of different roles on one machine do not lock each other out', () => {
  expect(lockPath('/data', ['web', 'controller', 'gateway'])).toBe('/data/portal.lock')
  expect(lockPath('/data', ['gateway'])).not.toBe(lockPath('/data', ['web']))
})

test('before anything is built, the data directory is the one of the configuration', () => {
  expect(dataDirectory()).toBe(loadConfig({ ...process.env, BERTH_SESSION_DOMAIN: 'localhost' }).dataDir)
})
