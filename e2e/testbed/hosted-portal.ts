// A portal over simulated hosts for tests: a database of its own, agents added as an administrator adds them, launches by the use-cases behind
// the pages, and the real controller, in this process or in one that can be killed.

import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type Docker from 'dockerode'
import { expect, vi } from 'vitest'
import { loadConfig } from '@/lib/config'
import type { AskDesktop } from '@/lib/controller/ask-desktop'
import type { ClaimOptions } from '@/lib/controller/host-registry'
import { type Controller, startController } from '@/lib/controller/start-controller'
import { silentLog } from '@/lib/controller/test-world'
import type { Session } from '@/lib/db/generated/client'
import { openDockerHost } from '@/lib/docker/open-docker-host'
import type { Actor } from '@/lib/domain/actor'
import { AgentCreate } from '@/lib/domain/agent'
import { type Clock, systemClock } from '@/lib/domain/clock'
import type { OpenHost } from '@/lib/domain/container-host'
import { containerName } from '@/lib/domain/container-spec'
import { newId } from '@/lib/domain/ids'
import type { SessionDetail } from '@/lib/domain/session'
import type { SessionState } from '@/lib/domain/session-lifecycle'
import { GiB, MiB, type WorkspaceImageInput } from '@/lib/domain/workspace-image'
import { deriveKeys } from '@/lib/secrets/keys'
import { createAgent } from '@/lib/use-cases/create-agent'
import { createImage } from '@/lib/use-cases/create-image'
import { deleteSession } from '@/lib/use-cases/delete-session'
import type { Deps } from '@/lib/use-cases/deps'
import { getSession } from '@/lib/use-cases/get-session'
import { launchSession } from '@/lib/use-cases/launch-session'
import { operatorActor } from '@/lib/use-cases/operator-actor'
import { defaultDesktopTag } from '@/scripts/images/build-desktop-image'
import { bundleProgram } from '@/scripts/test/bundle-program'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import type { Launch } from './launch-all'
import type { PortalTask } from './portal-process'
import type { SimulatedHost } from './simulated-host'

/** For sessions that only sleep: the ledger and the containers are what is tested, and no desktop costs the machine its start. */
export const sleeping = { entrypoint: ['sleep', '86400'], command: [] }
export const everyDesktopAnswers: AskDesktop = async () => ({ kind: 'answered', pin: 'AA:BB' })

export type PortalProcess = { said(): string; kill9(): Promise<void> }

type Own = { database?: TestDatabase; clock?: Clock; environment?: Record<string, string> }
type Limits = { maxGpus?: number; maxSessions?: number }

export class HostedPortal {
  readonly admin: Actor = operatorActor()
  readonly installId = `testbed-${randomBytes(4).toString('hex')}`
  readonly secret = randomBytes(32)
  readonly deps: Deps
  #controller: Controller | null = null
  #stop = new AbortController()
  readonly #agents = new Map<string, SimulatedHost>()

  static async open(hosts: SimulatedHost[], own: Own = {}): Promise<HostedPortal> {
    const portal = new HostedPortal(hosts, own.database ?? (await createTestDatabase()), own)
    for (const host of hosts) {
      // Much room on paper: what is tested is who gets the GPUs, on a machine with few processors.
      const room = { cpuMillisOverride: 256_000, memoryBytesOverride: 256 * GiB }
      const input = AgentCreate.parse({ name: host.name, endpoint: host.endpoint, ...room })
      portal.#agents.set((await createAgent(portal.deps, portal.admin, input)).id, host)
    }
    return portal
  }

  private constructor(
    readonly hosts: SimulatedHost[],
    readonly database: TestDatabase,
    { clock = systemClock, environment = {} }: Own,
  ) {
    const config = loadConfig({ DATABASE_URL: database.url, BERTH_DATA_DIR: '/nonexistent', ...environment })
    this.deps = { db: database.db, clock, keys: deriveKeys(this.secret), config }
  }

  get db() {
    return this.database.db
  }

  async startController(options: { ask?: AskDesktop; openHost?: OpenHost; claims?: ClaimOptions } = {}): Promise<void> {
    this.#stop = new AbortController()
    this.#controller = startController({
      ...this.deps,
      databaseUrl: this.database.url,
      log: silentLog,
      installId: this.installId,
      openHost: options.openHost ?? openDockerHost,
      signal: this.#stop.signal,
      ...(options.ask ? { ask: options.ask } : {}),
      ...(options.claims ? { claims: options.claims } : {}),
    })
    await this.#controller.ready
  }

  async stopController(): Promise<void> {
    this.#stop.abort()
    await this.#controller?.done
    this.#controller = null
  }

  /** The same portal in a process of its own, which launches all this at once. Desktops are taken to answer, or really asked. */
  async spawn(launches: Launch[], options: { asks?: boolean } = {}): Promise<PortalProcess> {
    const task: PortalTask = {
      databaseUrl: this.database.url,
      secret: this.secret.toString('hex'),
      installId: this.installId,
      launches,
      asks: options.asks ?? false,
    }
    const child = spawn(process.execPath, [await bundleProgram('e2e/testbed/portal-process.ts')], {
      env: { ...process.env, TESTBED_PORTAL: JSON.stringify(task) },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const ended = new Promise((resolve) => child.once('exit', resolve))
    return {
      said: () => said,
      kill9: async () => {
        child.kill('SIGKILL')
        await ended
        // Its leases end by themselves after 10 s; that the next one waits for that is tested elsewhere.
        await this.db.agent.updateMany({ data: { leaseUntil: new Date(0) } })
      },
    }
  }

  /** Looks at every agent now instead of within the minute. */
  wake(): void {
    this.#controller?.wake()
  }

  async close(): Promise<void> {
    await this.stopController()
    await this.database.drop()
  }

  async person(name: string, limits: Limits = {}): Promise<Actor> {
    const id = newId()
    await this.db.user.create({ data: { id, name, passwordHash: 'none', ...limits } })
    return { id, name, role: 'user', by: { kind: 'operator' }, mustChangePassword: false }
  }

  async image(over: Partial<WorkspaceImageInput> & { gpus?: number } = {}): Promise<string> {
    const { gpus = 0, ...fields } = over
    const input = {
      name: `Desktop with ${gpus} GPUs`,
      reference: defaultDesktopTag,
      cpuMillis: 500,
      memoryBytes: 512 * MiB,
      shmBytes: 64 * MiB,
      homePolicy: 'none' as const,
      ...(gpus > 0 ? { requireGpu: true, gpuCount: gpus } : {}),
      ...fields,
    }
    return (await createImage(this.deps, this.admin, input)).id
  }

  launch(actor: Actor, imageId: string): Promise<SessionDetail> {
    return launchSession(this.deps, actor, { imageId })
  }

  view(actor: Actor, sessionId: string): Promise<SessionDetail> {
    return getSession(this.deps, actor, { sessionId })
  }

  row(id: string): Promise<Session> {
    return this.db.session.findUniqueOrThrow({ where: { id } })
  }

  /** A launch that has failed is not waited for; one that only takes long on a busy machine is. */
  async reach(id: string, state: SessionState, timeout = 100_000): Promise<void> {
    const until = performance.now() + timeout
    for (;;) {
      const row = await this.row(id)
      if (row.state === state) return
      const isOver = state === 'running' && (row.state === 'failed' || row.state === 'lost')
      const why = { code: row.failureCode, params: row.failureParams, exitCode: row.exitCode, log: row.logTail, pull: row.pull }
      if (isOver || performance.now() > until) expect(row.state, `session ${id}: ${JSON.stringify(why)}`).toBe(state)
      await delay(50)
    }
  }

  async remove(actor: Actor, ...ids: string[]): Promise<void> {
    for (const sessionId of ids) await deleteSession(this.deps, actor, { sessionId })
    for (const id of ids) await this.reach(id, 'deleted')
  }

  /** Every session gone and, with it, everything that was held. Those who wait go at once, or each that ends would let one of them start. */
  async removeAll(but: string[] = []): Promise<void> {
    const gone = { state: 'deleted' as const, wanted: 'deleted' as const, queuePosition: null, version: { increment: 1 } }
    await this.db.session.updateMany({ where: { state: 'queued' }, data: gone })
    const left = { state: { not: 'deleted' as const }, id: { notIn: but } }
    const live = await this.db.session.findMany({ where: { ...left, wanted: { not: 'deleted' } } })
    for (const { id } of live) await deleteSession(this.deps, this.admin, { sessionId: id })
    await vi.waitFor(async () => expect(await this.db.session.count({ where: left })).toBe(0), {
      timeout: 60_000,
      interval: 100,
    })
  }

  async hostOf(sessionId: string): Promise<SimulatedHost> {
    const { agentId } = await this.row(sessionId)
    const host = this.#agents.get(agentId ?? '')
    if (!host) throw new Error(`session ${sessionId} is on no host`)
    return host
  }

  agentIdOf(host: SimulatedHost): string {
    const found = [...this.#agents].find(([, candidate]) => candidate === host)
    if (!found) throw new Error(`${host.name} is no agent`)
    return found[0]
  }

  async container(sessionId: string): Promise<Docker.Container> {
    return (await this.hostOf(sessionId)).docker.getContainer(containerName(sessionId))
  }

  /** Waits until each host's GPUs are known; the first inventory needs a container of its own. */
  async untilSeen(): Promise<void> {
    const expected = new Map(this.hosts.map((host) => [host.name, host.gpus.length]))
    await vi.waitFor(
      async () => {
        const agents = await this.db.agent.findMany({ include: { _count: { select: { gpus: true } } } })
        expect(new Map(agents.map((agent) => [agent.name, agent._count.gpus]))).toEqual(expected)
        for (const agent of agents) expect(agent.diskFreeBytes).not.toBeNull()
      },
      { timeout: 60_000, interval: 100 },
    )
  }
}

/** The ledger as rows, and the same as the engines tell it: which GPU is held by which session. */
export async function holdsInLedger({ db }: HostedPortal): Promise<string[]> {
  const holds = await db.gpuHold.findMany({ include: { gpu: true } })
  return holds.map((hold) => `${hold.gpu.uuid} ${hold.sessionId}`).sort()
}

export async function holdsOnHosts({ hosts, installId }: HostedPortal): Promise<string[]> {
  const found: string[] = []
  for (const { docker } of hosts) {
    const filters = { label: [`berth.install=${installId}`, 'berth.session'] }
    for (const { Id } of await docker.listContainers({ all: true, filters })) {
      const { HostConfig, Config } = await docker.getContainer(Id).inspect()
      const requested = (HostConfig.DeviceRequests ?? []).flatMap((request) => request.DeviceIDs ?? [])
      found.push(...requested.map((uuid) => `${uuid} ${Config.Labels['berth.session']}`))
    }
  }
  return found.sort()
}

/** Runs a program in a container and returns what it printed. */
export async function run(container: Docker.Container, ...command: string[]): Promise<string> {
  const exec = await container.exec({ Cmd: command, AttachStdout: true, AttachStderr: true, Tty: true })
  const stream = await exec.start({ Tty: true })
  let text = ''
  for await (const chunk of stream) text += chunk.toString()
  return text.replaceAll('\r', '')
}

export function uuidsIn(text: string): string[] {
  return [...text.matchAll(/UUID: (GPU-[0-9a-f-]+)/g)].map((match) => match[1] ?? '').sort()
}
