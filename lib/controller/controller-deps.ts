// What every part of the controller is given.
import type { AgentRow } from '@/lib/db/agents-observed'
import type { Db } from '@/lib/db/client'
import type { Lease } from '@/lib/db/leases'
import type { Latency } from '@/lib/domain/agent-latency'
import type { Clock } from '@/lib/domain/clock'
import type { ContainerHost, HostNotes, OpenHost } from '@/lib/domain/container-host'
import type { Log } from '@/lib/log'
import type { Keys } from '@/lib/secrets/keys'
import type { AskDesktop } from './ask-desktop'
import type { HeardAgent } from './heard-agents'
import type { Pace } from './pace'
import type { PullJobs } from './pull-jobs'
import type { PushJobs } from './push-jobs'
import type { OrphanTries } from './remove-orphan'
import type { ReadSessions } from './session-reader'

export type ControllerDeps = {
  db: Db
  keys: Keys
  clock: Clock
  log: Log
  installId: string
  /** Of this process: in the lease rows. */
  holder: string
  openHost: OpenHost
  hostOf(agent: AgentRow): ContainerHost
  /** What stands on the host, whoever acts there. */
  notesOf(agent: AgentRow): HostNotes
  /** Asked before sessions are taken for gone; throws agent_other_engine where another engine answers than the one they run on. */
  assertSameEngine(agent: AgentRow): Promise<void>
  askDesktop: AskDesktop
  /** How long one step goes on asking a desktop before both sides are looked at again. */
  askForMs: number
  pulls: PullJobs
  pushes: PushJobs
  /** What a pass reads of an agent's sessions. */
  sessionsOn: ReadSessions
  heard: HeardAgent
  pace(): Pace
  /** A session that is to be looked at again then. */
  wakeAt(sessionId: string, at: Date): void
}

/** An agent that this controller acts on, as long as the lease lasts. */
export type ActingAgent = {
  row: AgentRow
  host: ContainerHost
  lease: Lease
  /** Of the images that were there at the last inventory. */
  imageMark?: string
  /** How long its calls took lately. */
  latency?: Latency
  /** Containers without a session that could not be removed so far. */
  orphanTries?: OrphanTries
  /** Bounds how much is done on it at once. */
  limit: <T>(run: () => Promise<T>) => Promise<T>
}
