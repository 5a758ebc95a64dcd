// One simulated GPU host: a real Docker Engine in a network namespace, whose NVIDIA hook and nvidia-smi are stand-ins.
import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Docker from 'dockerode'
import type { AgentEndpoint } from '@/lib/domain/agent'
import { waitForEngine } from '@/scripts/up/start-engine.mjs'
import { ensureRootNamespace } from './engine-root'
import { type GpuRow, readRows, writeRows } from './fake-gpu/inventory.mjs'
import { changed, type GpuChange, type GpuSet, inventoryOf } from './gpu-inventory'
import { fillDisk } from './host-disk'
import { type HostNetwork, processesIn, setLink } from './host-network'
import { engineProcesses, isAlive, isShimOf, killAll, processesInGroup, removeShimSockets, untilTrue } from './host-processes'

/** no_driver: every start with GPUs fails · smi_fails, sees_none: it starts, and nvidia-smi says so inside. */
export type HostFault = 'no_driver' | 'smi_fails' | 'sees_none'

type Setup = {
  name: string
  number: number
  folder: string
  group: string
  network: HostNetwork
  gpus: GpuSet
  /** Another engine than the machine's, in a root file system of its own. */
  root: string | null
  endpoint: Extract<AgentEndpoint, { kind: 'tcp' }>
}

const standIns = join(import.meta.dirname, 'fake-gpu', 'bin')

export class SimulatedHost {
  readonly name: string
  readonly endpoint: Setup['endpoint']
  readonly socketPath: string
  /** Straight to the engine, past the network: what a test looks at and what a stranger on the host would do. */
  readonly docker: Docker
  readonly #setup: Setup
  readonly #gpuFolder: string
  #pid: number | null = null

  constructor(setup: Setup) {
    this.#setup = setup
    this.name = setup.name
    this.endpoint = setup.endpoint
    this.socketPath = join(setup.folder, 'docker.sock')
    this.docker = new Docker({ socketPath: this.socketPath, host: undefined, protocol: 'http' } as Docker.DockerOptions)
    this.#gpuFolder = join(setup.folder, 'gpu')
    for (const part of ['containers', 'refusals']) mkdirSync(join(this.#gpuFolder, part), { recursive: true, mode: 0o755 })
    writeRows(this.#inventory, inventoryOf(setup.gpus, setup.number))
  }

  get network(): HostNetwork {
    return this.#setup.network
  }

  get #inventory(): string {
    return join(this.#gpuFolder, 'inventory.csv')
  }

  /** GPUs and MIG slices, as the host has them now. */
  get gpus(): { uuid: string; name: string; slice: boolean }[] {
    return readRows(this.#inventory).map((row) => ({ uuid: row.uuid ?? '', name: row.name ?? '', slice: Boolean(row.mig_of) }))
  }

  async start(): Promise<void> {
    const { folder, network, name, group, gpus, number, root } = this.#setup
    const path = (file: string) => join(folder, file)
    // Left by a kill -9, these name processes that are gone or others by now, and dockerd would wait for them.
    for (const stale of ['docker.pid', 'exec/containerd/containerd.pid']) rmSync(path(stale), { force: true })
    const { host, port } = this.endpoint
    const options = [
      ...['--config-file', path('daemon.json'), '--data-root', path('data'), '--exec-root', path('exec')],
      ...['--pidfile', path('docker.pid'), '--cgroup-parent', `/${group}`, '--exec-opt', 'native.cgroupdriver=cgroupfs'],
      ...['--bip', `172.${16 + number}.0.1/24`, '--default-address-pool', `base=172.${16 + number}.128.0/17,size=26`],
      ...['--host', `unix://${this.socketPath}`, '--host', `tcp://${host}:${port}`],
      ...['--tlsverify', '--tlscacert', path('ca.pem'), '--tlscert', path('engine.pem'), '--tlskey', path('engine-key.pem')],
    ]
    const log = openSync(path('dockerd.log'), 'a', 0o600)
    const programs = gpus === 'none' ? process.env.PATH : `${standIns}:${process.env.PATH}`
    // `ip netns exec` would hide /sys/fs/cgroup behind a fresh /sys. Each program becomes the next, so the process is dockerd's own.
    const inRoot = root === null ? [] : [`--mount=${await ensureRootNamespace(folder, root)}`]
    const child = spawn(
      'nsenter',
      [
        `--net=/run/netns/${network.namespace}`,
        ...inRoot,
        ...['unshare', '--uts', 'sh', '-c', 'hostname "$0"; exec nice -n 5 dockerd "$@"', name, ...options],
      ],
      {
        detached: true,
        stdio: ['ignore', log, log],
        env: { ...process.env, PATH: programs, FAKE_GPU_DIR: this.#gpuFolder, FAKE_GPU_NODE: process.execPath },
      },
    )
    child.on('error', () => undefined)
    child.unref()
    closeSync(log)
    this.#pid = child.pid ?? null
    await waitForEngine(this.socketPath, path('dockerd.log'))
  }

  /** Whether an engine was started that nobody has ended. */
  get isUp(): boolean {
    return this.#pid !== null
  }

  /** As `systemctl stop docker`; with live-restore the containers run on. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  /** The engine dies, the containers run on. */
  async kill9(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** Power is gone: engine, shims and every process of every container die at once. */
  async crash(): Promise<void> {
    const pids = [...engineProcesses(this.#setup.folder), ...processesInGroup(this.#setup.group)]
    killAll([...pids, ...(await processesIn(this.#setup.network))])
    await untilTrue(() => !pids.some(isAlive), 10_000)
    removeShimSockets(join(this.#setup.folder, 'exec'))
    this.#pid = null
  }

  /** What the engine asks of this container waits, and with it whoever asks about it meanwhile. Ends with what is returned. */
  hang(containerId: string): () => void {
    const shims = engineProcesses(this.#setup.folder, /^containerd-shim/).filter((pid) => isShimOf(pid, containerId))
    for (const pid of shims) process.kill(pid, 'SIGSTOP')
    return () => {
      for (const pid of shims) process.kill(pid, 'SIGCONT')
    }
  }

  /** Only a host with a disk of its own has one that can be filled. */
  leaveFree(bytes: number): Promise<void> {
    return fillDisk(this.#setup.folder, bytes)
  }

  /** The cable: nothing that is under way is told. */
  cut(): Promise<void> {
    return setLink(this.#setup.network, 'down')
  }

  heal(): Promise<void> {
    return setLink(this.#setup.network, 'up')
  }

  /** New numbers, at once on the host and in every container that sees this GPU. */
  setGpu(uuid: string, change: GpuChange): void {
    if (!readRows(this.#inventory).some((row) => row.uuid === uuid)) throw new Error(`${this.name} has no GPU ${uuid}`)
    const update = (row: GpuRow) => (row.uuid === uuid ? changed(row, change) : row)
    for (const file of [this.#inventory, ...this.#containerFiles()]) writeRows(file, readRows(file).map(update))
  }

  /**
   * One container loses its GPUs, as after `systemctl daemon-reload` on a host with systemd's cgroup driver: what is started in it from now on
   * cannot initialise NVML. With a UUID, only that GPU is gone from it.
   */
  loseGpu(containerId: string, uuid?: string): void {
    const folder = join(this.#gpuFolder, 'containers', containerId)
    const file = join(folder, 'gpus.csv')
    if (uuid === undefined) writeFileSync(join(folder, 'fault'), 'nvml')
    else {
      const others = readRows(file).filter((row) => row.uuid !== uuid && row.mig_of !== uuid)
      writeRows(file, others)
    }
  }

  /** The whole host is broken in one way, for containers that start from now on; null: it is well again. */
  setFault(fault: HostFault | null): void {
    const file = join(this.#gpuFolder, 'fault')
    if (fault === null) rmSync(file, { force: true })
    else writeFileSync(file, fault)
  }

  /** So many of the next starts with GPUs are refused by the hook, with the engine's own error. */
  refuseStarts(count: number): void {
    for (let at = 0; at < count; at++) writeFileSync(join(this.#gpuFolder, 'refusals', `${at}-${performance.now()}`), '')
  }

  #containerFiles(): string[] {
    const containers = join(this.#gpuFolder, 'containers')
    return readdirSync(containers)
      .map((id) => join(containers, id, 'gpus.csv'))
      .filter((file) => existsSync(file))
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const pid = this.#pid
    if (pid === null) return
    process.kill(pid, signal)
    // containerd goes with its parent; its socket must be free before the engine starts again.
    const gone = () => !isAlive(pid) && !engineProcesses(this.#setup.folder, /^containerd$/).some(isAlive)
    if (!(await untilTrue(gone, 20_000))) throw new Error(`the engine of ${this.name} did not end`)
    this.#pid = null
  }
}
