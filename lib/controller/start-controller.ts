// The loop: leases, one runner per agent, NOTIFY as the alarm clock, and a slow pass that finds what an alarm missed.
import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Db } from '@/lib/db/client'
import { findControlled } from '@/lib/db/controller-sessions'
import { markImageUpdates } from '@/lib/db/image-updates'
import { type LeaseTimes, leaseTimes, releaseLeases, takeLeases } from '@/lib/db/leases'
import { listen } from '@/lib/db/listen'
import { channels } from '@/lib/db/notify'
import type { Clock } from '@/lib/domain/clock'
import type { OpenHost } from '@/lib/domain/container-host'
import { newId } from '@/lib/domain/ids'
import type { Log } from '@/lib/log'
import type { Keys } from '@/lib/secrets/keys'
import { newAgentReader, type ReadAgents } from './agent-rows'
import { type AgentRunner, startAgentRunner } from './agent-runner'
import { answerOpenQuestions, answerQuestion } from './answer-questions'
import { type AskDesktop, askDesktop } from './ask-desktop'
import { placeNow } from './change-session'
import { checkDueTags } from './check-tags'
import type { ControllerDeps } from './controller-deps'
import { type HeardAgents, newHeardAgents } from './heard-agents'
import { type ClaimOptions, newHostRegistry } from './host-registry'
import { newHousekeeping } from './keep-house'
import { newLimiter } from './limiter'
import { paceFor } from './pace'
import { openPullJobs } from './pull-jobs'
import { openPushJobs } from './push-jobs'
import { openReadyPool, type ReadyPool } from './ready-pool'
import { newSessionReader } from './session-reader'
import { newWorkTeller } from './tell-work'
import { openTransferDoor, type TransferPlace } from './transfer-door'
import { passUnplaced } from './unplaced-pass'

export type ControllerOptions = {
  db: Db
  /** For LISTEN: a direct connection, not one through a transaction-mode pooler. */
  databaseUrl: string
  keys: Keys
  clock: Clock
  log: Log
  installId: string
  openHost: OpenHost
  signal: AbortSignal
  ask?: AskDesktop
  /** Where files for sessions come in; left out, none do. */
  transfers?: TransferPlace
  /** How this portal shares hosts with others; left out, it neither says nor asks who acts there. */
  claims?: ClaimOptions
  /** Shorter in tests, so that a fail-over need not be waited for. */
  leases?: LeaseTimes
}

export type Controller = {
  /** Resolves when everything has come to rest after the signal. */
  done: Promise<void>
  /** Resolves once it listens and has taken its first leases. */
  ready: Promise<void>
  /** Whether its leases were renewed lately, so that nobody else has taken them. */
  keepsLeases(): boolean
  wake(): void
}

const houseEveryMs = 15_000

export function startController(options: ControllerOptions): Controller {
  const controller = new RunningController(options)
  const done = controller.run()
  // What keeps it from starting is told to whoever waits until it is ready.
  return {
    done,
    ready: Promise.race([controller.ready, done]),
    keepsLeases: () => controller.keepsLeases(),
    wake: () => controller.wakeAll(true),
  }
}

class RunningController {
  readonly ready: Promise<void>
  readonly #options: ControllerOptions
  readonly #deps: ControllerDeps
  readonly #ready: ReadyPool
  readonly #heardAgents: HeardAgents
  readonly #agentRows: ReadAgents
  readonly #runners = new Map<string, AgentRunner>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #isReady: () => void = () => {}
  #refreshing: Promise<void> = Promise.resolve()
  /** How many it acts on. */
  #agents = 0
  #renewedAtMs = Number.NEGATIVE_INFINITY

  constructor(options: ControllerOptions) {
    this.#options = options
    this.ready = new Promise((resolve) => {
      this.#isReady = resolve
    })
    const { db, keys, clock, log, installId, openHost, signal } = options
    setMaxListeners(0, signal)
    this.#agentRows = newAgentReader(db)
    this.#heardAgents = newHeardAgents(db, log, (agentId) => this.#runners.get(agentId)?.wake({ inventory: false }))
    this.#deps = {
      db,
      keys,
      clock,
      log,
      installId,
      openHost,
      holder: newId(),
      ...newHostRegistry({ db, openHost, keys, installId, claims: options.claims ?? null }),
      askDesktop: options.ask ?? askDesktop,
      askForMs: 10_000,
      pulls: openPullJobs(() => this.#deps),
      pushes: openPushJobs(() => this.#deps),
      sessionsOn: newSessionReader(db),
      heard: this.#heardAgents.heard,
      pace: () => paceFor(this.#agents),
      wakeAt: (sessionId, at) => this.#wakeAt(sessionId, at),
    }
    this.#ready = openReadyPool(this.#deps, signal)
  }

  async run(): Promise<void> {
    const { signal, databaseUrl, log } = this.#options
    const { transfers } = this.#options
    const door = transfers && (await openTransferDoor(this.#deps, transfers, (agentId) => this.#runners.get(agentId)?.acting))
    const listening = listen({
      connectionString: databaseUrl,
      channels: [channels.sessions, channels.agents, channels.questions, channels.ready, channels.saves],
      onNotify: (channel, payload) => this.#heard(channel, payload),
      // What was said while nobody listened is found by looking at everything.
      onConnected: () => {
        this.wakeAll(true)
        this.#isReady()
      },
      onLost: (error) => log.warn({ err: error }, 'The controller does not hear the database; it looks by itself meanwhile'),
      signal,
    })
    await Promise.all([listening, this.#keepLeases(), this.#keepHouse(), this.#keepTags(), this.#ready.run()])
    for (const timer of this.#timers) clearTimeout(timer)
    await door?.close()
    this.#deps.pulls.stop()
    this.#deps.pushes.stop()
    await Promise.all([...this.#runners.values()].map((runner) => runner.stop()))
    await this.#heardAgents.flush()
    await this.#deps.pulls.idle()
    await this.#deps.pushes.idle()
    await releaseLeases(this.#deps.db, this.#deps.holder).catch((error: unknown) =>
      log.warn({ err: error }, 'Leases run out by themselves'),
    )
  }

  keepsLeases(): boolean {
    return performance.now() - this.#renewedAtMs < (this.#options.leases ?? leaseTimes).lastSeconds * 1000
  }

  wakeAll(inventory: boolean): void {
    this.#try('refresh', async () => {
      await this.#refresh()
      // Their first rounds, and what each of them asks the database, spread out: all at once they would wait for each other. After the first
      // passes, which say whether an agent is there at all.
      const { spreadMs, passSpreadMs } = this.#deps.pace()
      for (const agentId of this.#runners.keys())
        this.#later(4 * passSpreadMs + Math.random() * spreadMs, () => this.#runners.get(agentId)?.wake({ inventory }))
    })
    this.#try('place', () => placeNow(this.#deps))
    this.#try('answer', () => answerOpenQuestions(this.#deps))
  }

  #heard(channel: string, payload: string): void {
    if (channel === channels.questions) this.#try('answer', () => answerQuestion(this.#deps, payload))
    else if (channel === channels.ready) this.#ready.wake()
    else if (channel === channels.saves) this.#runners.get(payload)?.save()
    else if (channel === channels.agents) this.#try('agent', () => this.#agentChanged(payload))
    else if (payload === '') this.wakeAll(false)
    else this.#try('session', () => this.#nudge(payload))
  }

  async #nudge(sessionId: string): Promise<void> {
    const session = await findControlled(this.#deps.db, sessionId)
    const runner = session?.agentId ? this.#runners.get(session.agentId) : undefined
    if (session && runner && ['starting', 'running', 'paused', 'stopping', 'deleting'].includes(session.state))
      runner.nudge(sessionId)
    else if (session && ['stopped', 'deleted'].includes(session.wanted) && session.state !== session.wanted)
      await passUnplaced(this.#deps)
  }

  async #agentChanged(agentId: string): Promise<void> {
    await this.#refresh()
    this.#runners.get(agentId)?.wake({ inventory: true })
    await placeNow(this.#deps)
  }

  #wakeAt(sessionId: string, at: Date): void {
    const waitMs = Math.max(0, at.getTime() - this.#deps.clock.now().getTime())
    this.#later(waitMs, () => this.#try('session', () => this.#nudge(sessionId)))
  }

  #later(waitMs: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      run()
    }, waitMs)
    timer.unref()
    this.#timers.add(timer)
  }

  /** A piece of work that nobody waits for; what goes wrong in it is said, and the periodic pass tries again. */
  #try(what: string, run: () => Promise<void>): void {
    if (this.#options.signal.aborted) return
    run().catch((error: unknown) => {
      if (!this.#options.signal.aborted) this.#deps.log.error({ err: error, what }, 'The controller failed at something')
    })
  }

  async #keepLeases(): Promise<void> {
    await this.#loop((this.#options.leases ?? leaseTimes).renewEveryMs, () => this.#refresh())
  }

  async #keepHouse(): Promise<void> {
    const keepHouse = newHousekeeping()
    const tellWork = newWorkTeller(this.#deps, this.#runners)
    await this.#loop(houseEveryMs, async () => {
      await tellWork()
      await passUnplaced(this.#deps)
      await placeNow(this.#deps)
      await keepHouse(this.#deps)
      await answerOpenQuestions(this.#deps)
    })
  }

  /** Apart from the other chores: a registry may be silent for long. */
  async #keepTags(): Promise<void> {
    await this.#loop(houseEveryMs, async () => {
      await markImageUpdates(this.#deps.db)
      await checkDueTags(this.#deps)
    })
  }

  async #loop(ms: number, run: () => Promise<void>): Promise<void> {
    const { signal } = this.#options
    while (!signal.aborted) {
      await run().catch((error: unknown) => {
        if (!signal.aborted) this.#deps.log.error({ err: error }, 'The controller failed at something')
      })
      await sleep(ms, undefined, { signal }).catch(() => undefined)
    }
  }

  /** One after the other: two at once would start two runners for one agent. */
  #refresh(): Promise<void> {
    const next = this.#refreshing.then(() => this.#refreshNow())
    this.#refreshing = next.catch(() => undefined)
    return next
  }

  async #refreshNow(): Promise<void> {
    const { signal } = this.#options
    if (signal.aborted) return
    const askedAtMs = performance.now()
    const leases = await takeLeases(this.#deps.db, this.#deps.holder, this.#options.leases?.lastSeconds)
    this.#renewedAtMs = askedAtMs
    this.#agents = leases.length
    const rows = await this.#agentRows()
    for (const [agentId, runner] of this.#runners) {
      const row = rows.get(agentId)
      const lease = leases.find((candidate) => candidate.agentId === agentId)
      const isSame = row && lease && lease.epoch === runner.acting.lease.epoch && this.#deps.hostOf(row) === runner.acting.host
      if (isSame) {
        runner.acting.row = row
        continue
      }
      this.#runners.delete(agentId)
      // Not awaited: an agent that hangs in a call must not hold up the others. Its lease is gone or its connection is another.
      this.#try('stop', () => runner.stop({ gone: row === undefined }))
    }
    for (const lease of leases) {
      const row = rows.get(lease.agentId)
      if (!row || this.#runners.has(row.id)) continue
      const acting = { row, lease, host: this.#deps.hostOf(row), limit: newLimiter(8) }
      this.#runners.set(row.id, startAgentRunner(this.#deps, acting, signal))
    }
  }
}
