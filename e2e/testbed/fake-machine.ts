// A machine on which the script runs whole, as a portal serves it, with files of its own where it expects the machine's, and a portal that answers.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hostScript } from '@/lib/domain/host-script/host-script'
import {
  issueHostCertificate,
  type KeyPair,
  makeAuthority,
  publicKeyOfRequest,
  toBase64Der,
} from '@/lib/secrets/host-certificates'
import { fakePrograms, programsInSbin, restartEngine } from './fake-programs'

const token = `bht_${'A'.repeat(43)}`

export type Said = { code: number | null; output: string }

export class FakeMachine {
  /** What the portal says to one path instead of what it would say. */
  readonly answers: Record<string, { status: number; body: object }> = {}
  readonly asked: string[] = []
  /** What was sent last to each path. */
  readonly sent: Record<string, Record<string, unknown>> = {}
  /** Of what the portal shows: what the script is served with, and what it says is believed. */
  certificate: string | null = null
  trust = ''
  /** What every program of this machine knows as an authority. */
  authorities = ''
  /** So that a script can be served as an administrator's own has become. */
  edit = (script: string) => script
  port = 0
  #portal!: Server
  #ca!: KeyPair

  private constructor(readonly root: string) {}

  static async start({ systemd, tls }: { systemd?: boolean; tls?: ServerOptions & { cert: string } } = {}): Promise<FakeMachine> {
    const machine = new FakeMachine(mkdtempSync(join(tmpdir(), 'berth-machine-')))
    for (const name of ['bin', 'usr-sbin', 'etc-docker', 'units', 'sbin', 'cron']) mkdirSync(join(machine.root, name))
    if (systemd) {
      mkdirSync(join(machine.root, 'systemd'))
      machine.write('units/docker.service', '[Service]\nExecStart=/usr/bin/dockerd -H fd://\n')
    }
    const head = `#!/bin/sh\nROOT='${machine.root}'\n`
    for (const [name, text] of Object.entries(fakePrograms))
      machine.write(`${programsInSbin.includes(name) ? 'usr-sbin' : 'bin'}/${name}`, `${head}${text}\n`, 0o755)
    const dockerd = join(import.meta.dirname, 'fake-dockerd.mjs')
    machine.write('restart', `${head}${restartEngine(process.execPath, dockerd)}\n`, 0o755)
    machine.#ca = await makeAuthority(new Date())
    machine.certificate = tls?.cert ?? null
    await machine.servePortal(tls)
    machine.port = await freePort()
    await machine.shell(systemd ? 'systemctl restart docker' : `${machine.root}/restart`)
    return machine
  }

  async servePortal(tls?: ServerOptions, port = 0): Promise<void> {
    const answer: RequestListener = (request, response) =>
      void this.#answer(request).then(({ status, body }) => {
        response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body))
      })
    this.#portal = tls ? createTlsServer(tls, answer) : createServer(answer)
    await new Promise<void>((resolve) => this.#portal.listen(port, '127.0.0.1', resolve))
  }

  /** From now on certificates of hosts are signed by another CA. */
  async becomeAnotherPortal(): Promise<void> {
    this.#ca = await makeAuthority(new Date())
  }

  /** Shows another certificate at the same address. */
  async showAnother(tls: ServerOptions): Promise<void> {
    const { port } = this.#portal.address() as AddressInfo
    await closed(this.#portal)
    await this.servePortal(tls, port)
  }

  get origin(): string {
    const { port } = this.#portal.address() as AddressInfo
    return `${'setSecureContext' in this.#portal ? 'https' : 'http'}://127.0.0.1:${port}`
  }

  get script(): string {
    const places: [string, string][] = [
      ['/run/systemd/system', 'systemd'],
      ['/etc/systemd/system', 'units'],
      ['/etc/docker', 'etc-docker'],
      ['/usr/local/sbin', 'sbin'],
      ['/usr/sbin', 'usr-sbin'],
      ['/etc/cron.d', 'cron'],
      ['/var/run', ''],
    ]
    const text = hostScript({ origin: this.origin, certificate: this.certificate })
    return this.edit(places.reduce((all, [from, to]) => all.replaceAll(from, join(this.root, to)), text))
  }

  /** The line of the console. */
  add(options = ''): Promise<Said> {
    this.write('script', this.script)
    return this.shell(`sh ${this.root}/script --token ${token} ${this.#restart} ${options}`)
  }

  /** What lies on the machine since. */
  berthHost(options = ''): Promise<Said> {
    return this.shell(`${this.root}/sbin/berth-host ${options}`)
  }

  /** As Debian's cron runs its file: with little in the environment. */
  cron(): Promise<Said> {
    const command = /^\*\/5 \* \* \* \* root (.*)$/m.exec(this.read('cron/berth-host'))?.[1]
    return this.shell(
      `exec env -i HOME=/root LOGNAME=root SHELL=/bin/sh PATH=${this.root}/bin:/usr/bin:/bin /bin/sh -c '${command}'`,
    )
  }

  get #restart(): string {
    return existsSync(join(this.root, 'systemd')) ? '' : `--restart-command ${this.root}/restart`
  }

  shell(command: string): Promise<Said> {
    const env = {
      ...process.env,
      PATH: `${this.root}/bin:${this.root}/usr-sbin:${process.env.PATH}`,
      ...(this.authorities ? { CURL_CA_BUNDLE: this.authorities } : {}),
    }
    return new Promise((resolve) => {
      const child = spawn('sh', ['-c', command], { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
      let output = ''
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
      child.on('close', (code) => resolve({ code, output }))
    })
  }

  read = (name: string) => readFileSync(join(this.root, name), 'utf8')
  write = (name: string, text: string, mode = 0o644) => writeFileSync(join(this.root, name), text, { mode })
  has = (name: string) => existsSync(join(this.root, name))
  remove = (name: string) => rmSync(join(this.root, name), { recursive: true, force: true })

  #linesOf = (name: string) => (this.has(name) ? this.read(name).split('\n').length - 1 : 0)

  get restarts(): number {
    return this.#linesOf('restarts')
  }

  /** How often Docker has taken daemon.json anew while it ran. */
  get reloads(): number {
    return this.#linesOf('reloads')
  }

  get settings(): Record<string, unknown> {
    return JSON.parse(this.read('etc-docker/daemon.json'))
  }

  /** How Docker's port is to be had there. */
  portAt(address: string): Promise<'closed' | 'tls' | 'open'> {
    return new Promise((resolve) => {
      const socket = connect({ host: address, port: this.port }, () => socket.write('GET /_ping HTTP/1.1\r\nhost: a\r\n\r\n'))
      socket.once('error', () => resolve('closed'))
      socket.once('close', () => resolve('tls'))
      socket.once('data', (data) => {
        resolve(data.toString().includes('200 OK') ? 'open' : 'tls')
        socket.destroy()
      })
    })
  }

  async close(): Promise<void> {
    if (this.has('docker.pid')) process.kill(Number(this.read('docker.pid')))
    await closed(this.#portal)
    rmSync(this.root, { recursive: true, force: true })
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: object | string }> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const path = (request.url ?? '').replace('/api/v1/host/', '')
    this.asked.push(path)
    const body = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {}
    this.sent[path] = body
    const given = this.answers[path]
    if (given) return given
    const signed = async () => {
      const publicKey = await publicKeyOfRequest(body.request)
      const made = await issueHostCertificate(this.#ca, { publicKey, name: 'lab-1', address: '127.0.0.1', now: new Date() })
      return { certificate: toBase64Der(made), ca: toBase64Der(this.#ca.certPem) }
    }
    switch (path) {
      case 'script':
        return { status: 200, body: this.script }
      case 'certificate':
        return {
          status: 200,
          body: { hostId: 'abcdefgh', name: 'lab-1', address: '127.0.0.1', port: this.port, ...(await signed()) },
        }
      case 'renewal':
        return { status: 200, body: await signed() }
      case 'addresses':
        return { status: 200, body: { portals: '10.0.0.1', agents: '10.0.0.5', trust: this.trust } }
      default:
        return { status: 200, body: { registered: true, name: 'lab-1' } }
    }
  }
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, resolve))
  const { port } = server.address() as AddressInfo
  await closed(server)
  return port
}
