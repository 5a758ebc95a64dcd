// What a fault is injected into: a portal over simulated hosts with a database of its own that can be restarted, a gateway, and one person whose
// desktop streams.
import { expect, vi } from 'vitest'
import { HostedPortal } from '@/e2e/testbed/hosted-portal'
import type { SimulatedHost } from '@/e2e/testbed/simulated-host'
import { startTestbed, type Testbed, type TestbedOptions } from '@/e2e/testbed/start-testbed'
import { openDb } from '@/lib/db/client'
import type { Actor } from '@/lib/domain/actor'
import { deleteSession } from '@/lib/use-cases/delete-session'
import { openTemporaryPostgres } from '@/scripts/test/temporary-postgres'
import type { TestDatabase } from '@/scripts/test/test-database'
import { discrepancies } from './discrepancies'
import type { Stream } from './stream'
import { openTestbedGateway, type TestbedGateway, type Viewer } from './testbed-gateway'

export type Streaming = { sessionId: string; actor: Actor; viewer: Viewer; stream: Stream; host: SimulatedHost }

export class FaultWorld {
  #bystander: (Streaming & { startedAt: string | null }) | null = null

  static async open(options: TestbedOptions): Promise<FaultWorld> {
    const testbed = await startTestbed(options)
    try {
      const database = await openOwnDatabase()
      const clock = { aheadMs: 0, now: () => new Date(Date.now() + clock.aheadMs) }
      const portal = await HostedPortal.open(testbed.hosts, { database, clock })
      await portal.startController()
      await portal.untilSeen()
      const gateway = await openTestbedGateway(portal)
      return new FaultWorld(testbed, database, portal, gateway, clock)
    } catch (error) {
      await testbed.stop()
      throw error
    }
  }

  private constructor(
    readonly testbed: Testbed,
    readonly database: RestartableDatabase,
    readonly portal: HostedPortal,
    readonly gateway: TestbedGateway,
    /** The portal's; the database and the engines have their own. */
    readonly clock: { aheadMs: number },
  ) {}

  async close(): Promise<void> {
    await this.gateway.close()
    await this.portal.close()
    await this.testbed.stop()
  }

  async restartController(options: Parameters<HostedPortal['startController']>[0] = {}): Promise<void> {
    await this.portal.stopController()
    await this.portal.startController(options)
  }

  /** What a test before left half done when it failed: those after it must not fail for that. */
  async tidy(): Promise<void> {
    for (const host of this.testbed.hosts) {
      await host.heal()
      if (!host.isUp) await host.start()
    }
    await this.portal.removeAll(this.#bystander ? [this.#bystander.sessionId] : [])
  }

  /** A desktop on this host whose picture is on its way to a viewer. */
  async streaming(host: SimulatedHost, imageId: string): Promise<Streaming> {
    const actor = await this.gateway.signIn(await this.portal.person(`viewer-${Math.random().toString(36).slice(2, 10)}`))
    await this.onlyOn(host)
    const { id } = await this.portal.launch(actor, imageId)
    await this.portal.reach(id, 'running')
    const viewer = await this.gateway.enter(actor, id)
    const stream = await viewer.open()
    await stream.flows()
    return { sessionId: id, actor, viewer, stream, host: await this.portal.hostOf(id) }
  }

  /** A desktop on a host that no fault strikes, for as long as it streams. */
  async withBystander(host: SimulatedHost, imageId: string): Promise<void> {
    if (this.#bystander?.stream.isOpen()) return
    await this.withoutBystander()
    const streaming = await this.streaming(host, imageId)
    const { containerStartedAt: startedAt } = await this.portal.row(streaming.sessionId)
    this.#bystander = { ...streaming, startedAt }
  }

  async withoutBystander(): Promise<void> {
    const former = this.#bystander
    this.#bystander = null
    if (former) await this.remove(former)
  }

  /** What happens to one host is nothing to another: the same container, the same connection, and never a doubt about the agent. */
  async bystanderIsUndisturbed(): Promise<void> {
    if (!this.#bystander) return
    const { sessionId, stream, host, startedAt } = this.#bystander
    await stream.flows()
    expect(await this.portal.row(sessionId)).toMatchObject({ state: 'running', held: true, containerStartedAt: startedAt })
    expect(await this.statusOf(host)).toBe('up')
  }

  /** New sessions go there. */
  async onlyOn(host: SimulatedHost): Promise<void> {
    const id = this.portal.agentIdOf(host)
    await this.portal.db.agent.updateMany({ where: { id: { not: id } }, data: { enabled: false } })
    await this.portal.db.agent.update({ where: { id }, data: { enabled: true } })
  }

  statusOf(host: SimulatedHost): Promise<string> {
    return this.portal.db.agent.findUniqueOrThrow({ where: { id: this.portal.agentIdOf(host) } }).then(({ status }) => status)
  }

  async untilStatus(host: SimulatedHost, status: 'up' | 'unreachable'): Promise<void> {
    await vi.waitFor(
      async () => {
        this.portal.wake()
        expect(await this.statusOf(host)).toBe(status)
      },
      { timeout: 60_000, interval: 500 },
    )
  }

  /** The database equals the hosts, and nothing is under way. */
  async settled(): Promise<void> {
    await vi.waitFor(async () => expect(await discrepancies(this.portal)).toEqual([]), { timeout: 90_000, interval: 250 })
  }

  /** Asked for and gone, with everything that was made for it. */
  async remove({ sessionId, actor, stream }: Streaming): Promise<void> {
    stream.close()
    await deleteSession(this.portal.deps, actor, { sessionId })
    await this.portal.reach(sessionId, 'deleted', 90_000)
    await this.settled()
  }
}

export type RestartableDatabase = TestDatabase & { stop(): Promise<void>; start(): Promise<void> }

async function openOwnDatabase(): Promise<RestartableDatabase> {
  const database = await openTemporaryPostgres('berth-faults-')
  const db = openDb(database.url)
  return {
    url: database.url,
    db,
    stop: database.halt,
    start: database.resume,
    drop: async () => {
      await db.$disconnect()
      await database.stop()
    },
  }
}
