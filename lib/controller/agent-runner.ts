// Everything that goes on for one agent: its events, its periodic pass, its inventory, its sessions. Agents know nothing of each other,
// so one that hangs delays nobody else.
import { setMaxListeners } from 'node:events'
import { retryCopies } from '@/lib/db/agent-pulls'
import { passAgent } from './agent-pass'
import { every, firstWithinMs, slowRounds } from './agent-rounds'
import { newAlarm, newDue, newRestart } from './alarms'
import { pullInBackground } from './background-pulls'
import { placeNow } from './change-session'
import type { ActingAgent, ControllerDeps } from './controller-deps'
import { driveSession } from './drive-session'
import { followEvents } from './follow-events'
import { watchGpus } from './gpu-watch'
import { leaveHost } from './host-claims'
import { type InventoryOptions, takeInventory } from './inventory'
import { newInventoryDue } from './inventory-due'
import { withinPatience } from './patience'
import { pruneImages } from './prune-images'
import { newRunReport, type RunReport } from './run-report'
import { newSessionQueue } from './session-queue'

/** How often a container looks which GPUs there are, where nothing says that they changed: it costs the agent more than the rest. */
const gpuLookEveryMs = 600_000

export type AgentRunner = {
  acting: ActingAgent
  nudge(sessionId: string): void
  /** Looks at everything on the agent soon; with `inventory`, also at what it is and has. */
  wake(options: { inventory: boolean }): void
  /** Its next look at what it is and has is a full one. */
  lookInFull(): void
  /** A session of the agent is to become an image, or no longer. */
  save(): void
  /** `gone`: the agent is the installation's no more, so nothing of ours stays there. */
  stop(options?: { gone: boolean }): Promise<void>
}

export function startAgentRunner(deps: ControllerDeps, acting: ActingAgent, outer: AbortSignal): AgentRunner {
  const ended = new AbortController()
  const end = () => ended.abort()
  outer.addEventListener('abort', end, { once: true })
  if (outer.aborted) end()
  const { signal } = ended
  // Every loop and call of the agent listens to it.
  setMaxListeners(0, signal)
  const alarm = newAlarm()
  const inventoryAlarm = newAlarm()
  const queue = newSessionQueue((sessionId, interrupted) => drive(deps, acting, { sessionId, signal, interrupted }, alarm.ring))
  const events = newRestart()
  const watchAlarm = newAlarm()
  const saveAlarm = newAlarm()
  const gpuLook = newDue(gpuLookEveryMs, deps.clock)
  const inventoryDue = newInventoryDue(deps, acting)
  const lookAgain = () => {
    gpuLook.ring()
    inventoryDue.ring()
    inventoryAlarm.ring()
  }
  const round = { deps, acting, signal }
  const pass = async () => {
    const state = await fullPass(deps, acting, signal, (sessionId) => withinPatience(queue.serve(sessionId)))
    // A stream that was open through a silent cut stays open for ever and says nothing more.
    if (state === 'cameUp') {
      events.restart()
      lookAgain()
    }
    // It was away when it was first looked at: what it is and has is still unknown.
    if (acting.row.cpuCount === null) inventoryAlarm.ring()
    return state !== 'unreachable'
  }
  const look = async () => {
    if (!(await inventoryDue.take(signal))) return true
    deps.pushes.ensure(acting)
    // An image to look with may have come.
    const looked = gpuLook.take() || acting.row.gpusUnseen
    const isDone = await inventory(deps, acting, { gpus: looked }, signal)
    if (!isDone) inventoryDue.ring()
    if (!isDone && looked) gpuLook.ring()
    // A container that could not be made may be made now.
    if (looked) watchAlarm.ring()
    return isDone
  }
  // Nobody waits for these, so that many agents need not begin with them in one moment. One that nobody has looked at is of no use before.
  const later = { firstWithinMs: firstWithinMs(deps) }
  const soon = acting.row.cpuCount === null ? {} : later
  const loops = [
    every({ ms: () => deps.pace().passMs, alarm, ...round, firstWithinMs: deps.pace().passSpreadMs }, pass),
    every({ ms: () => deps.pace().roundMs, alarm: inventoryAlarm, ...round, ...soon }, look),
    ...slowRounds({ ...round, ...later }, saveAlarm),
    watchGpus({ deps, acting, signal, lookAgain, wait: watchAlarm.wait, ...soon }),
    followEvents(deps, acting, signal, { events, pass: alarm.ring, nudge: queue.nudge }),
  ]
  return {
    acting,
    nudge: (sessionId) => queue.nudge(sessionId),
    wake: (options) => {
      alarm.ring()
      if (options.inventory) lookAgain()
    },
    lookInFull: inventoryDue.ring,
    save: saveAlarm.ring,
    stop: async (options) => {
      end()
      outer.removeEventListener('abort', end)
      await Promise.all(loops)
      await queue.idle()
      if (!options?.gone) return
      await acting.host.ensureGpuWatchRemoved(AbortSignal.timeout(10_000))
      await leaveHost(deps, acting.row, deps.notesOf(acting.row), AbortSignal.timeout(10_000))
    },
  }
}

type DriveArgs = { sessionId: string; signal: AbortSignal; interrupted: AbortSignal }

/** A failure that reaches this point is the agent's: its own pass finds out what is wrong with it. */
async function drive(deps: ControllerDeps, acting: ActingAgent, args: DriveArgs, wakePass: () => void): Promise<void> {
  const report = newRunReport()
  try {
    await driveSession(deps, acting, report, args)
  } catch (error) {
    if (args.signal.aborted) return
    deps.log.warn({ err: error, agent: acting.row.name, session: args.sessionId }, 'A session could not be served')
    wakePass()
  }
  logReport(deps, acting, report)
}

async function fullPass(
  deps: ControllerDeps,
  acting: ActingAgent,
  signal: AbortSignal,
  serve: (sessionId: string) => Promise<void>,
): Promise<'up' | 'cameUp' | 'unreachable'> {
  const report = newRunReport()
  // Through the queue, so that a pass and a nudge never serve one session at once.
  const state = await passAgent(deps, acting, report, signal, serve)
  if (state === 'cameUp') {
    await retryCopies(deps.db, acting.row.id)
    await placeNow(deps)
  }
  for (const { error } of report.unreachable) {
    if (acting.row.status !== 'unreachable') deps.log.warn({ err: error, agent: acting.row.name }, 'An agent does not answer')
  }
  logReport(deps, acting, report)
  return state
}

function logReport(deps: ControllerDeps, acting: ActingAgent, report: RunReport): void {
  for (const { sessionId, step } of report.steps)
    deps.log.debug({ agent: acting.row.name, session: sessionId, step }, 'Did a step')
  for (const { sessionId, step, error } of report.failures)
    deps.log.warn({ err: error, agent: acting.row.name, session: sessionId, step }, 'A step failed')
}

async function inventory(
  deps: ControllerDeps,
  acting: ActingAgent,
  options: InventoryOptions,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await takeInventory(deps, acting, signal, options)
    await placeNow(deps)
    await pullInBackground(deps, acting, signal)
    await pruneImages(deps, acting, signal)
    return true
  } catch (error) {
    if (!signal.aborted) deps.log.warn({ err: error, agent: acting.row.name }, 'What an agent has could not be looked at')
    return false
  }
}
