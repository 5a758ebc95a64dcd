// Simulated GPU hosts on this machine, for tests and for hand. Everything of a run lies below one folder and carries the run's number, so that
// it can be removed completely, also by the next run when this one was killed. Needs root on Linux.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Docker from 'dockerode'
import { defaultDesktopTag } from '@/scripts/images/build-desktop-image'
import { runCommand } from '@/scripts/up/run-command.mjs'
import type { GpuSet } from './gpu-inventory'
import { mountDisk } from './host-disk'
import { type HostKeys, makeHostKeys } from './host-keys'
import { createNetwork, hostNetwork, ownAddress, processesIn, removeNetwork } from './host-network'
import {
  engineProcesses,
  killAll,
  processesInGroup,
  read,
  removeGroup,
  removeShimSockets,
  unmountBelow,
  untilTrue,
} from './host-processes'
import { linkImage, loadImage, type SeedImage } from './seed-image'
import { SimulatedHost } from './simulated-host'

export type HostRequest = {
  name: string
  gpus: GpuSet
  /** Containers outlive their engine. True, if left out. */
  liveRestore?: boolean
  /** A root file system with another engine; the machine's own, if left out. */
  engine?: { root: string; version: string }
  /** A disk of its own of this size, so that it can be nearly full; left out, it shares this machine's. */
  diskBytes?: number
  /** It begins without any image. */
  empty?: boolean
}

export type TestbedOptions = {
  hosts: HostRequest[]
  /** An image that the hosts are to have; null for none. The starter desktop, if left out. */
  image?: string | null
  /** The engine that has it: DOCKER_HOST, if left out. */
  source?: Docker
}

export type Testbed = {
  folder: string
  /** An address of this machine that every host reaches: a registry without TLS may listen there. */
  address: string
  hosts: SimulatedHost[]
  /** By name. */
  host(name: string): SimulatedHost
  /** Containers, engines, namespaces, mounts, control groups and files: nothing stays. */
  stop(): Promise<void>
}

const base = process.env.BERTH_TESTBED_DIR ?? '/var/cache/berth-test/testbed'
const maxHosts = 8

export type Run = { number: number; folder: string; remove(): Promise<void> }

/** A folder, addresses and names that no other run has; what a killed run left is removed first. */
export async function openRun(): Promise<Run> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new Error('Simulated hosts need root on Linux: they are Docker Engines in network namespaces.')
  mkdirSync(base, { recursive: true, mode: 0o711 })
  await removeLeftovers()
  const number = claimRun()
  return { number, folder: join(base, String(number)), remove: () => removeRun(number) }
}

export async function startTestbed(options: TestbedOptions): Promise<Testbed> {
  if (options.hosts.length > maxHosts) throw new Error(`At most ${maxHosts} hosts.`)
  const { number: run, folder } = await openRun()
  try {
    const keys = await makeHostKeys()
    const seed = seedOf(options)
    const hosts = await Promise.all(options.hosts.map((request, at) => prepareHost({ run, at, folder, keys, seed }, request)))
    return {
      folder,
      address: ownAddress(hostNetwork(run, 0)),
      hosts,
      host: (name) => {
        const found = hosts.find((host) => host.name === name)
        if (!found) throw new Error(`There is no host ${name}.`)
        return found
      },
      stop: () => removeRun(run),
    }
  } catch (error) {
    await removeRun(run)
    throw error
  }
}

export function seedOf({ image = defaultDesktopTag, source }: TestbedOptions): SeedImage | null {
  if (image === null) return null
  const url = process.env.BERTH_TEST_DOCKER ?? process.env.DOCKER_HOST
  const chosen = source ?? (url?.startsWith('unix://') ? new Docker({ socketPath: url.slice(7) }) : new Docker())
  return { reference: image, source: chosen }
}

type Place = { run: number; at: number; folder: string; keys: HostKeys; seed: SeedImage | null }

async function prepareHost(
  { run, at, folder, keys, ...place }: Place,
  { name, gpus, liveRestore = true, engine: other, diskBytes, empty }: HostRequest,
): Promise<SimulatedHost> {
  const own = join(folder, String(at))
  const seed = empty ? null : place.seed
  const network = hostNetwork(run, at)
  mkdirSync(own, { mode: 0o711 })
  const engine = await keys.engineAt(network.address, name)
  const write = (file: string, text: string) => writeFileSync(join(own, file), text, { mode: 0o600 })
  write('ca.pem', keys.ca.cert)
  write('engine.pem', engine.cert)
  write('engine-key.pem', engine.key)
  write(
    'daemon.json',
    JSON.stringify(await daemonConfig({ folder: own, gpus, liveRestore, engineVersion: other?.version ?? null })),
  )
  if (diskBytes !== undefined) await mountDisk(own, diskBytes)
  const linked = seed ? await linkImage(seed, join(own, 'data')) : true
  await createNetwork(network, hostNetwork(run, 0))
  const host = new SimulatedHost({
    name,
    number: at,
    folder: own,
    group: groupOf(run, at),
    network,
    gpus,
    root: other?.root ?? null,
    endpoint: {
      kind: 'tcp',
      host: network.address,
      port: 2376,
      caPem: keys.ca.cert,
      certPem: keys.portal.cert,
      keyPem: keys.portal.key,
      serverName: null,
    },
  })
  await host.start()
  if (seed && !linked) await loadImage(seed, host.docker)
  return host
}

type Daemon = { folder: string; gpus: GpuSet; liveRestore: boolean; engineVersion: string | null }

async function daemonConfig({ folder, gpus, liveRestore, engineVersion }: Daemon): Promise<object> {
  const runtime = join(import.meta.dirname, 'fake-gpu', 'bin', 'nvidia-container-runtime')
  const version = /(\d+)\./.exec(engineVersion ?? (await runCommand('dockerd', ['--version'])))
  return {
    'live-restore': liveRestore,
    'insecure-registries': ['10.89.0.0/16'],
    ...(gpus === 'none' ? {} : { runtimes: { nvidia: { path: runtime } } }),
    // Before 23 the engine's identity was one file for the whole machine, and all hosts would say the same one.
    ...(Number(version?.[1]) < 23 ? { 'deprecated-key-path': join(folder, 'key.json') } : {}),
  }
}

/** A folder can be made only once: its number is this run's alone. */
function claimRun(): number {
  const first = 1 + Math.floor(Math.random() * 250)
  for (let step = 0; step < 250; step++) {
    const run = 1 + ((first + step) % 250)
    if (existsSync(`/sys/class/net/${hostNetwork(run, 0).link}`)) continue
    try {
      mkdirSync(join(base, String(run)), { mode: 0o711 })
      writeFileSync(join(base, String(run), 'owner'), owner(process.pid))
      return run
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
  throw new Error(`There are too many simulated hosts on this machine; look into ${base}.`)
}

/** A number of a process may come again; with its start time it does not. */
function owner(pid: number): string {
  const stat = read(`/proc/${pid}/stat`)
  return `${pid} ${stat.slice(stat.lastIndexOf(')')).split(' ')[20] ?? ''}`
}

async function removeLeftovers(): Promise<void> {
  for (const name of readdirSync(base).filter((entry) => /^\d+$/.test(entry))) {
    const said = read(join(base, name, 'owner'))
    // Just claimed by somebody else, who has not written his name yet.
    const isFresh = said === '' && (await untilTrue(() => read(join(base, name, 'owner')) !== '', 1_000))
    if (isFresh || (said !== '' && said === owner(Number(said.split(' ')[0])))) continue
    await removeRun(Number(name))
  }
}

async function removeRun(run: number): Promise<void> {
  const folder = join(base, String(run))
  const places = Array.from({ length: maxHosts }, (_, at) => ({
    group: groupOf(run, at),
    network: hostNetwork(run, at),
    execRoot: join(folder, String(at), 'exec'),
  }))
  // Engines first, so that nothing is started again; docker-proxy and what else lives in the namespace goes last.
  for (let round = 0; round < 3; round++) {
    killAll([...engineProcesses(folder), ...places.flatMap(({ group }) => processesInGroup(group))])
    for (const { network } of places) killAll(await processesIn(network))
    const gone = () => engineProcesses(folder).length === 0 && places.every(({ group }) => processesInGroup(group).length === 0)
    if (await untilTrue(gone, 5_000)) break
  }
  for (const { execRoot } of places) removeShimSockets(execRoot)
  await unmountBelow(folder)
  for (const { group, network } of places) {
    await removeGroup(group)
    await removeNetwork(network)
  }
  rmSync(folder, { recursive: true, force: true })
}

export function groupOf(run: number, at: number): string {
  return `berth-tb-${run}-${at}`
}
