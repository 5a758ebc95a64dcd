// Debian's docker-registry on loopback, with a folder and a port of its own: it can go down, come back on the same port, and leaves nothing behind.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** Who is let in where a login is asked for: the registry reads bcrypt only, so the hash stands here with its password. */
export const registryLogin = { user: 'portal', password: 's3cret-of-the-test-registry' }
const htpasswd = 'portal:$2y$05$LQ/KQ9xBrh7AXfPEjzyLc.U99CGy8pHRYoh8kT/s2rcELon6UY1n.\n'

export type ImageRegistry = {
  port: number
  /** host:port; engines take 127.0.0.1 without TLS. */
  address: string
  /** Where it keeps its images. */
  data: string
  start(): Promise<void>
  /** As if its machine had gone: nothing says goodbye. */
  kill(): Promise<void>
  /** Ends it and removes its files. */
  remove(): Promise<void>
}

type Setup = { withLogin?: boolean /** Serves what another one keeps. */; data?: string /** Where it listens. */; host?: string }

export async function startImageRegistry({
  withLogin = false,
  host = '127.0.0.1',
  ...setup
}: Setup = {}): Promise<ImageRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-registry-'))
  const port = await freePort(host)
  const data = setup.data ?? join(folder, 'data')
  const configPath = join(folder, 'config.yml')
  writeFileSync(join(folder, 'htpasswd'), htpasswd, { mode: 0o600 })
  writeFileSync(configPath, configFor({ folder, data, address: `${host}:${port}`, withLogin }))
  let child: ChildProcess | null = null

  async function start(): Promise<void> {
    const started = spawn('docker-registry', ['serve', configPath], { stdio: ['ignore', 'ignore', 'pipe'] })
    child = started
    let said = ''
    started.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2000)
    })
    let failure: string | null = null
    started.once('error', (error) => {
      failure = `docker-registry could not be run: ${error.message}. On Debian: apt-get install docker-registry`
    })
    started.once('exit', (code) => {
      failure ??= `docker-registry ended with ${code}: ${said}`
    })
    for (const until = performance.now() + 20_000; !(await answers(`${host}:${port}`)); await delay(50)) {
      if (failure) throw new Error(failure)
      if (performance.now() > until) throw new Error(`docker-registry did not answer within 20 s: ${said}`)
    }
  }

  async function kill(): Promise<void> {
    const running = child
    child = null
    if (!running || running.exitCode !== null || running.signalCode !== null) return
    const ended = new Promise((resolve) => running.once('exit', resolve))
    running.kill('SIGKILL')
    await ended
  }

  async function remove(): Promise<void> {
    await kill()
    rmSync(folder, { recursive: true, force: true })
  }

  await start().catch(async (error: unknown) => {
    await remove()
    throw error
  })
  return { port, address: `${host}:${port}`, data, start, kill, remove }
}

type Config = { folder: string; data: string; address: string; withLogin: boolean }

function configFor({ folder, data, address, withLogin }: Config): string {
  const auth = withLogin ? `auth: {htpasswd: {realm: test, path: ${folder}/htpasswd}}\n` : ''
  return `version: 0.1
log: {level: warn, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: ${data}}}
http: {addr: "${address}"}
${auth}`
}

async function answers(address: string): Promise<boolean> {
  const answer = await fetch(`http://${address}/v2/`, { signal: AbortSignal.timeout(1_000) }).catch(() => null)
  return answer !== null
}

async function freePort(host: string): Promise<number> {
  const server = createServer().listen(0, host)
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('No port was given.')
  return address.port
}
