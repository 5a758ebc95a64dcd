// One step of one session on one agent: what it is given, and the two ways in which it may touch the world.
import type { ControlledSession, SessionChange } from '@/lib/db/controller-sessions'
import { mayAct } from '@/lib/db/leases'
import type { SeenContainer } from '@/lib/domain/container-host'
import { changeSession } from './change-session'
import type { ActingAgent, ControllerDeps } from './controller-deps'

/** Somebody else acted meanwhile: the step is dropped without harm, and everything is looked at again. */
export class Superseded extends Error {
  constructor() {
    super('the row or the lease changed')
    this.name = 'Superseded'
  }
}

export type StepContext = {
  deps: ControllerDeps
  agent: ActingAgent
  session: ControlledSession
  seen: SeenContainer | null
  signal: AbortSignal
  /** Ends waiting, never a call that changes something. */
  interrupted: AbortSignal
}

/** What a step leaves behind; `wait` when nothing is due at once. */
export type StepResult = {
  /** The container, where the step saw it last. */
  seen?: SeenContainer | null
  /** The row as the step just wrote it, so that a launch need not read it again before each step. */
  session?: ControlledSession
  wait?: boolean
}

/** Before every call that changes something on the engine. */
export async function assertMayAct({ deps, agent, session }: StepContext): Promise<void> {
  if (!(await mayAct(deps.db, agent.lease, session))) throw new Superseded()
}

/** Writes the change, or throws Superseded. The session in the context is brought up to date. */
export async function change(context: StepContext, change: SessionChange): Promise<void> {
  const { deps, agent, session } = context
  const written = await changeSession(deps, agent.lease, session, change)
  if (!written) throw new Superseded()
  context.session = { ...session, version: session.version + 1 }
}

/** Nothing stands in the way any more. */
export const noTries = { attempts: 0, nextTryAt: null, problem: null } as const

/** Every field that belongs to one container; empty once it is gone. */
export const withoutContainer = {
  credentialSealed: null,
  containerId: null,
  containerStartedAt: null,
  containerEndpoint: null,
  fitsViewer: false,
  reachHost: null,
  reachPort: null,
  certPin: null,
  gpuLostAt: null,
  imageUpdate: null,
  ...noTries,
} as const

export const withoutRoute = { reachHost: null, reachPort: null, certPin: null } as const
