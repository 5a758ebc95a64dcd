// The programs that are compared, each alone in a process, each in front of the same desktop.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { join } from 'node:path'
import { freePort } from '@/e2e/support/portal'
import { leash } from '@/scripts/test/leash.mjs'
import type { Installation } from './installation'
import type { Door } from './load'
import { childrenOf } from './process-facts'

export type TlsFiles = { certPath: string; keyPath: string }
type Tls = { tls: TlsFiles | null; isUpstreamTls: boolean }
export type PipeOrder = Tls & { upstreamPort: number }
export type GatewayOrder = Tls & { databaseUrl: string; secretHex: string; environment: Record<string, string> }

/** `least` answers small requests without TLS and nothing else. */
export type ProxyName = 'berth' | 'chp' | 'nginx' | 'pipe' | 'least'
/** What comes from the browser, and what goes to the desktop. */
export type Form = 'plain to plain' | 'plain to TLS' | 'TLS to TLS'

export type RunningProxy = { name: ProxyName; pid: number; door: Door; collectGarbage(): Promise<void>; stop(): Promise<void> }

export type Bench = {
  folder: string
  files: TlsFiles
  upstream: { plainPort: number; tlsPort: number; pin: string }
  installation: Installation
  /** gateway-process.ts, bundled as the product is. */
  gatewayProgram: string
}

const here = import.meta.dirname
const weighed = ['--expose-gc', '--import', join(here, 'gc-on-signal.mjs')]

export async function startProxy(bench: Bench, name: ProxyName, form: Form): Promise<RunningProxy> {
  const isUpstreamTls = form !== 'plain to plain'
  const tls = form === 'TLS to TLS' ? bench.files : null
  const upstreamPort = isUpstreamTls ? bench.upstream.tlsPort : bench.upstream.plainPort
  const order = { tls, isUpstreamTls, upstreamPort }
  const port = await freePort()
  if (name === 'berth') return startGateway(bench, order, port)
  const stranger: Door['headersFor'] = () =>
    `Host: desktop.localhost:${port}\r\nOrigin: http${tls ? 's' : ''}://desktop.localhost:${port}\r\n`
  const door = (at: number): Door => ({ port: at, isTls: tls !== null, headersFor: stranger })
  if (name === 'pipe' || name === 'least') {
    const child = spawnNode([...weighed, '--import', 'tsx', join(here, `${name}-process.ts`), JSON.stringify(order)])
    return running(name, child, door((await hear<{ port: number }>(child)).port))
  }
  if (name === 'chp') {
    const child = spawnNode([...weighed, chpProgram(), ...chpOptions(order, port, await freePort())])
    child.once('exit', leash({ child }))
    await untilListening(port, child)
    return running(name, child, door(port))
  }
  const path = join(bench.folder, 'nginx.conf')
  writeFileSync(path, nginxConfiguration(bench.folder, order, port))
  const child = spawn('nginx', ['-p', bench.folder, '-c', path], { stdio: ['ignore', 'ignore', 'inherit'] })
  child.once('exit', leash({ child }))
  await untilListening(port, child)
  // Its one worker does all the work; the master listens before there is one.
  while (childrenOf(child.pid ?? 0).length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
  return { ...running(name, child, door(port)), pid: childrenOf(child.pid ?? 0)[0] ?? 0 }
}

async function startGateway({ installation, gatewayProgram }: Bench, order: PipeOrder, port: number): Promise<RunningProxy> {
  const { databaseUrl, secretHex, dataDir, sessions } = installation
  await installation.moveDesktops(order.upstreamPort)
  const { tls, isUpstreamTls } = order
  const scheme = tls ? 'https' : 'http'
  const environment = {
    ...{ DATABASE_URL: databaseUrl, BERTH_DATA_DIR: dataDir, BERTH_PORT: String(port), BERTH_SESSION_DOMAIN: 'berth.localhost' },
    ...{ BERTH_PUBLIC_URL: `${scheme}://localhost:${port}`, BERTH_ROLES: 'gateway' },
    ...(tls ? { BERTH_TLS_CERT: tls.certPath, BERTH_TLS_KEY: tls.keyPath } : {}),
  }
  const gatewayOrder: GatewayOrder = { tls, isUpstreamTls, databaseUrl, secretHex, environment }
  const child = spawnNode([...weighed, gatewayProgram, JSON.stringify(gatewayOrder)])
  await hear(child)
  const headersFor = (index: number) => {
    const { id, cookie } = sessions[index % sessions.length] ?? { id: '', cookie: '' }
    const host = `${id}.berth.localhost:${port}`
    return `Host: ${host}\r\nOrigin: ${scheme}://${host}\r\nCookie: __Host-berth=${cookie}\r\n`
  }
  return running('berth', child, { port, isTls: tls !== null, headersFor })
}

function chpProgram(): string {
  return createRequire(import.meta.url).resolve('configurable-http-proxy/bin/configurable-http-proxy')
}

function chpOptions({ tls, isUpstreamTls, upstreamPort }: PipeOrder, port: number, apiPort: number): string[] {
  const target = `http${isUpstreamTls ? 's' : ''}://127.0.0.1:${upstreamPort}`
  const listens = ['--ip', '127.0.0.1', '--port', String(port), '--api-ip', '127.0.0.1', '--api-port', String(apiPort)]
  const front = tls ? ['--ssl-key', tls.keyPath, '--ssl-cert', tls.certPath] : []
  return [...listens, ...front, '--default-target', target, '--insecure', '--log-level', 'error']
}

/** As docs/behind-a-proxy.md has it. */
function nginxConfiguration(folder: string, { tls, isUpstreamTls, upstreamPort }: PipeOrder, port: number): string {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`)
  const front = tls ? `ssl_certificate ${tls.certPath}; ssl_certificate_key ${tls.keyPath};` : ''
  return `daemon off; user root; worker_processes 1; pid ${folder}/nginx.pid; error_log stderr crit;
events { worker_connections 8192; }
http { access_log off; ${paths.join(' ')}
map $http_upgrade $connection_upgrade { default upgrade; '' close; }
server { listen 127.0.0.1:${port}${tls ? ' ssl' : ''}; ${front} keepalive_requests 1000000;
location / { proxy_pass http${isUpstreamTls ? 's' : ''}://127.0.0.1:${upstreamPort}; proxy_http_version 1.1; proxy_buffering off;
proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade; proxy_read_timeout 7d; proxy_send_timeout 7d; } } }
`
}

export function spawnNode(options: string[]): ChildProcess {
  return spawn(process.execPath, options, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
}

/** The first thing that a process of ours says is where it listens. */
export async function hear<T>(child: ChildProcess): Promise<T> {
  const [message] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error(`a process ended before it listened: ${child.spawnargs.join(' ')}`))),
  ])
  return message as T
}

function running(name: ProxyName, child: ChildProcess, door: Door): RunningProxy {
  const ended = once(child, 'exit')
  // Also when the benchmark itself fails.
  const kill = () => void child.kill('SIGKILL')
  process.once('exit', kill)
  return {
    name,
    pid: child.pid ?? 0,
    door,
    collectGarbage: async () => {
      if (name === 'nginx') return
      // V8 gives pages back in the background, and only then finds more to give back.
      for (let time = 0; time < 2; time++) {
        child.kill('SIGUSR2')
        await new Promise((resolve) => setTimeout(resolve, 500))
      }
    },
    stop: async () => {
      child.kill(name === 'nginx' ? 'SIGTERM' : 'SIGKILL')
      await ended
      process.off('exit', kill)
    },
  }
}

async function untilListening(port: number, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`a proxy ended before it listened: ${child.spawnargs.join(' ')}`)
    const answered = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (answered) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
