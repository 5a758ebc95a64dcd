// A portal of the tests' own: brought up by `npm run up` on its own port, data directory and installation label.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { leash } from '@/scripts/test/leash.mjs'
import { rawRequest } from './raw-request'

export type PortalFacts = {
  form: 'domain' | 'port'
  url: string
  dataDir: string
  installLabel: string
  adminPassword: string
  environment: Record<string, string>
}

export type RunningPortal = PortalFacts & {
  child: ChildProcess
  /** As Ctrl-C would; resolves with the exit code. */
  interrupt(): Promise<number | null>
  /** Everything it printed. */
  output(): string
}

export const root = join(import.meta.dirname, '..', '..')

export function engineUrl(): string {
  const url = process.env.BERTH_TEST_DOCKER ?? process.env.DOCKER_HOST
  if (!url) throw new Error('No Docker Engine: set BERTH_TEST_DOCKER, or run `npm test`, which starts one.')
  return url
}

export async function newPortalFacts(form: PortalFacts['form'], extra: Record<string, string> = {}): Promise<PortalFacts> {
  const dataDir = mkdtempSync(join(tmpdir(), 'berth-e2e-'))
  // The embedded database runs as another user when the tests run as root.
  chmodSync(dataDir, 0o711)
  const port = await freePort()
  const adminPassword = randomBytes(12).toString('base64url')
  const installLabel = `e2e-${randomBytes(6).toString('hex')}`
  const sessionPorts = form === 'port' ? await freePortRange(6) : null
  const url = `${form === 'port' ? 'https' : 'http'}://localhost:${port}`
  const environment = {
    BERTH_DATA_DIR: dataDir,
    BERTH_PORT: String(port),
    BERTH_PUBLIC_URL: url,
    BERTH_ADMIN_PASSWORD: adminPassword,
    BERTH_INSTALL_LABEL: installLabel,
    // Portals of several runs share the engine.
    BERTH_SHARE_HOSTS: 'yes',
    DOCKER_HOST: engineUrl(),
    ...(sessionPorts ? { BERTH_SESSION_PORTS: sessionPorts } : {}),
    ...extra,
  }
  return { form, url, dataDir, installLabel, adminPassword, environment }
}

export async function startPortal(facts: PortalFacts): Promise<RunningPortal> {
  let text = ''
  const child = spawn(process.execPath, [join(root, 'scripts/up.mjs')], {
    cwd: root,
    env: { ...process.env, ...facts.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
  const release = leash({ child, signal: 'INT', directory: facts.dataDir })
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  // Its database has ended with it, and its files may be needed for another start.
  void exited.then(release)
  const portal: RunningPortal = {
    ...facts,
    child,
    output: () => text,
    interrupt: () => {
      child.kill('SIGINT')
      return exited
    },
  }
  await Promise.race([
    untilReady(facts.url),
    exited.then((code) => {
      throw new Error(`The portal ended with ${code} before it was ready:\n${text}`)
    }),
  ])
  return portal
}

export function forgetPortal(facts: PortalFacts): void {
  rmSync(facts.dataDir, { recursive: true, force: true })
}

async function untilReady(url: string): Promise<void> {
  const deadline = AbortSignal.timeout(10 * 60_000)
  for (;;) {
    if (await answersReady(url)) return
    deadline.throwIfAborted()
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

/** At the loopback whatever its name, which only browsers resolve; its certificate was made a moment ago by the portal itself. */
async function answersReady(url: string): Promise<boolean> {
  return await rawRequest(url, '/api/health').then(
    ({ status }) => status === 200,
    () => false,
  )
}

export async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** A run of ports that are free now, away from the range the kernel hands out by itself. */
export async function freePortRange(length: number): Promise<string> {
  for (let from = 20_000 + (process.pid % 5_000); from < 30_000; from += length) {
    const ports = Array.from({ length }, (_, index) => from + index)
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return `${from}-${from + length - 1}`
  }
  throw new Error('no free range of ports')
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
