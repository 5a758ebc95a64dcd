import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { findEngine } from './find-engine.mjs'

let directory: string
let server: Server | undefined

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'berth-engine-'))
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)))
  server = undefined
  rmSync(directory, { recursive: true })
})

/** Something that listens where an engine was named. */
async function listenAs(answer: RequestListener): Promise<string> {
  const path = join(directory, 'docker.sock')
  const listening = createServer(answer)
  server = listening
  await new Promise<void>((resolve) => listening.listen(path, resolve))
  vi.stubEnv('DOCKER_HOST', `unix://${path}`)
  return path
}

test('an engine named by DOCKER_HOST is taken, with its version', async () => {
  const socketPath = await listenAs((_req, res) => res.end(JSON.stringify({ Version: '28.5.2', ApiVersion: '1.51' })))
  expect((await findEngine()).found).toEqual({ socketPath, version: '28.5.2' })
})

test('what answers at the named socket without being an engine is refused, not passed over', async () => {
  await listenAs((_req, res) => res.end('<html>hello'))
  await expect(findEngine()).rejects.toThrow(/no Docker Engine answers \(not a Docker Engine\)/)
})

test('a named socket that is not there is an error that names it', async () => {
  vi.stubEnv('DOCKER_HOST', 'unix:///no/such/docker.sock')
  await expect(findEngine()).rejects.toThrow('/no/such/docker.sock')
})

test('an engine on another machine is not the first agent, and the way to add it is told', async () => {
  vi.stubEnv('DOCKER_HOST', 'tcp://192.0.2.1:2376')
  await expect(findEngine()).rejects.toMatchObject({ hint: expect.stringContaining('agent add') })
})
