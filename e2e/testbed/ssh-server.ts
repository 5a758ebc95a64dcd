// The real OpenSSH server on a simulated host: beside its engine, in its network, with keys of its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import ssh2 from 'ssh2'
import { runCommand } from '@/scripts/up/run-command.mjs'
import { type HostNetwork, setLink } from './host-network'

const separation = '/run/sshd'

export class SshServer {
  readonly #folder: string
  readonly #madeSeparation: boolean
  #child: ChildProcess | null = null
  #log = ''

  private constructor(
    folder: string,
    readonly network: HostNetwork,
    readonly socketPath: string,
  ) {
    this.#folder = join(folder, 'ssh')
    mkdirSync(this.#folder, { mode: 0o755 })
    this.#madeSeparation = !existsSync(separation)
    if (this.#madeSeparation) mkdirSync(separation, { mode: 0o755 })
    this.accept([])
  }

  static async start(folder: string, network: HostNetwork, socketPath: string): Promise<SshServer> {
    const server = new SshServer(folder, network, socketPath)
    server.newHostKey()
    await server.start()
    return server
  }

  get endpoint() {
    return { kind: 'ssh' as const, user: 'root', host: this.network.address, port: 22, socketPath: this.socketPath }
  }

  /** Of the key that it shows first, in the words of OpenSSH itself. */
  async fingerprint(kind = 'ed25519'): Promise<string> {
    const said = await runCommand('ssh-keygen', ['-lf', join(this.#folder, `${kind}.pub`)])
    return said.split(' ')[1] ?? ''
  }

  newHostKey(kind: 'ed25519' | 'ecdsa' = 'ed25519'): void {
    const bits = kind === 'ecdsa' ? { bits: 256 } : {}
    const made = ssh2.utils.generateKeyPairSync(kind as 'ecdsa', bits as { bits: 256 })
    writeFileSync(join(this.#folder, kind), made.private, { mode: 0o600 })
    chmodSync(join(this.#folder, kind), 0o600)
    writeFileSync(join(this.#folder, `${kind}.pub`), `${made.public}\n`)
  }

  /** Whose keys are in authorized_keys. */
  accept(publicKeys: string[], options = ''): void {
    writeFileSync(join(this.#folder, 'authorized_keys'), publicKeys.map((key) => `${options} ${key}\n`.trimStart()).join(''))
  }

  async start(more: string[] = []): Promise<void> {
    const file = (name: string) => join(this.#folder, name)
    const lines = [
      `ListenAddress ${this.network.address}:22`,
      ...['ed25519', 'ecdsa'].filter((kind) => existsSync(file(kind))).map((kind) => `HostKey ${file(kind)}`),
      `AuthorizedKeysFile ${file('authorized_keys')}`,
      `PidFile ${file('pid')}`,
      ...['PermitRootLogin prohibit-password', 'PasswordAuthentication no', 'StrictModes no', 'UsePAM no', 'LogLevel VERBOSE'],
      ...more,
    ]
    writeFileSync(file('config'), `${lines.join('\n')}\n`)
    const inHost = [`--net=/run/netns/${this.network.namespace}`, '/usr/sbin/sshd', '-D', '-e', '-f', file('config')]
    const child = spawn('nsenter', inHost, { stdio: ['ignore', 'ignore', 'pipe'], detached: true })
    child.stderr.on('data', (chunk: Buffer) => (this.#log += chunk.toString()))
    this.#child = child
    for (let tries = 0; !(await this.#listens()); tries++) {
      if (tries > 200 || child.exitCode !== null) throw new Error(`sshd does not listen:\n${this.#log}`)
      await delay(25)
    }
  }

  /** How often somebody was let in since the server began. */
  get admissions(): number {
    return this.#log.match(/Accepted publickey/g)?.length ?? 0
  }

  get log(): string {
    return this.#log
  }

  /** The server and every connection of it, at once. */
  async kill(): Promise<void> {
    const child = this.#child
    if (!child?.pid || child.exitCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    // Each connection is a process of the same session.
    for (const pid of await sessionOf(child.pid)) process.kill(pid, 'SIGKILL')
    await ended
    this.#child = null
  }

  cut(): Promise<void> {
    return setLink(this.network, 'down')
  }

  heal(): Promise<void> {
    return setLink(this.network, 'up')
  }

  async stop(): Promise<void> {
    await this.kill()
    if (this.#madeSeparation) rmdirSync(separation)
  }

  #listens(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect({ host: this.network.address, port: 22, timeout: 1_000 })
      const tell = (answer: boolean) => {
        socket.destroy()
        resolve(answer)
      }
      socket
        .once('data', () => tell(true))
        .once('error', () => tell(false))
        .once('timeout', () => tell(false))
    })
  }
}

async function sessionOf(leader: number): Promise<number[]> {
  const all = (await runCommand('ps', ['-eo', 'pid=,ppid='])).trim().split('\n')
  const pairs = all.map((line) => line.trim().split(/\s+/).map(Number) as [number, number])
  const below = (pid: number): number[] => [
    pid,
    ...pairs.filter(([, parent]) => parent === pid).flatMap(([child]) => below(child)),
  ]
  return below(leader).filter((pid) => readable(pid))
}

function readable(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('sshd')
}
