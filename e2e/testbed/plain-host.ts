// A host as somebody has it who has only just installed Docker: an engine on its socket alone, with files of its own where Docker and the script
// expect them (/etc/docker, /run, /var/lib/docker), in a network and a mount namespace that last as long as the host.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Docker from 'dockerode'
import { runCommand } from '@/scripts/up/run-command.mjs'
import { waitForEngine } from '@/scripts/up/start-engine.mjs'
import { createNetwork, type HostNetwork, hostNetwork } from './host-network'
import { linkImage, loadImage } from './seed-image'
import { groupOf, type Run, seedOf } from './start-testbed'

const places = { 'etc-docker': '/etc/docker', data: '/var/lib/docker', sbin: '/usr/local/sbin', cron: '/etc/cron.d', run: '/run' }

export type Ran = { code: number; output: string }

export class PlainHost {
  readonly docker: Docker
  readonly #log: string

  private constructor(
    readonly folder: string,
    readonly network: HostNetwork,
    readonly restartCommand: string,
  ) {
    this.docker = new Docker({
      socketPath: join(folder, 'run', 'docker.sock'),
      host: undefined,
      protocol: 'http',
    } as Docker.DockerOptions)
    this.#log = join(folder, 'dockerd.log')
  }

  static async start({ number, folder: base }: Run, daemonJson: string): Promise<PlainHost> {
    const folder = join(base, '0')
    for (const place of [...Object.keys(places), 'ns']) mkdirSync(join(folder, place), { recursive: true, mode: 0o755 })
    writeFileSync(join(folder, 'etc-docker', 'daemon.json'), daemonJson, { mode: 0o640 })
    const network = hostNetwork(number, 0)
    await createNetwork(network)
    const seed = seedOf({ hosts: [] })
    const linked = seed ? await linkImage(seed, join(folder, 'data')) : true
    await pinMounts(folder)
    const restart = join(folder, 'restart-engine')
    writeFileSync(restart, restartScript(folder, groupOf(number, 0)), { mode: 0o755 })
    const host = new PlainHost(folder, network, restart)
    const { code, output } = await host.shell(restart)
    if (code !== 0) throw new Error(output)
    await waitForEngine(join(folder, 'run', 'docker.sock'), host.#log)
    if (seed && !linked) await loadImage(seed, host.docker)
    return host
  }

  /** As root on that host, with nobody at a keyboard. */
  async shell(script: string): Promise<Ran> {
    const entered = [`--net=/run/netns/${this.network.namespace}`, `--mount=${join(this.folder, 'ns', 'mnt')}`]
    const output = join(this.folder, 'said')
    const wrapped = 'exec >"$0" 2>&1 </dev/null; sh -c "$1"; echo "code=$?"'
    await runCommand('nsenter', [...entered, 'setsid', '--wait', 'sh', '-c', wrapped, output, script], { timeoutMs: 120_000 })
    const text = readFileSync(output, 'utf8')
    return { code: Number(/code=(\d+)\n$/.exec(text)?.[1]), output: text.replace(/code=\d+\n$/, '') }
  }

  get enginePid(): number {
    return Number(readFileSync(join(this.folder, 'run', 'docker.pid'), 'utf8'))
  }

  get log(): string {
    return readFileSync(this.#log, 'utf8')
  }

  async untilAnswers(): Promise<void> {
    await waitForEngine(join(this.folder, 'run', 'docker.sock'), this.#log)
  }
}

/** Made once and kept: containers of an engine that comes back in another mount namespace would be lost to it. */
async function pinMounts(folder: string): Promise<void> {
  const pins = join(folder, 'ns')
  await runCommand('mount', ['--bind', pins, pins])
  await runCommand('mount', ['--make-private', pins])
  writeFileSync(join(pins, 'mnt'), '')
  const binds = Object.entries(places).map(([name, place]) => `mount --bind '${join(folder, name)}' '${place}'`)
  await runCommand('unshare', [`--mount=${join(pins, 'mnt')}`, '--propagation', 'private', 'sh', '-euc', binds.join('\n')])
}

/** What a person without systemd would have: it ends the engine and starts it as it was started. */
function restartScript(folder: string, group: string): string {
  const options = [
    `--cgroup-parent /${group} --exec-opt native.cgroupdriver=cgroupfs`,
    `--bip 172.31.0.1/24 --default-address-pool base=172.31.128.0/17,size=26`,
  ]
  return `#!/bin/sh
set -eu
if [ -s /var/run/docker.pid ]; then
  pid=$(cat /var/run/docker.pid)
  kill "$pid" 2>/dev/null || true
  while grep -q '^State:.[^ZX]' "/proc/$pid/status" 2>/dev/null; do sleep 0.05; done
  rm -f /var/run/docker.pid
fi
setsid nice -n 5 dockerd ${options.join(' ')} >>${folder}/dockerd.log 2>&1 </dev/null &
`
}
