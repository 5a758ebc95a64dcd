// The one table of a session's life: which states there are, what each may become, what a person may do in each.
// No zod here: pages ask these questions in the browser, where it would cost more than the page itself.

export const sessionStates = [
  'queued',
  'starting',
  'running',
  'paused',
  'stopping',
  'stopped',
  'deleting',
  'deleted',
  'failed',
  'lost',
] as const
export type SessionState = (typeof sessionStates)[number]

export const wantedStates = ['running', 'paused', 'stopped', 'deleted'] as const
export type Wanted = (typeof wantedStates)[number]

const next: Record<SessionState, readonly SessionState[]> = {
  queued: ['starting', 'stopped', 'failed', 'deleting', 'deleted'],
  // Back to queued: a start that was taken back before a container ran, to be placed again.
  starting: ['running', 'stopping', 'failed', 'lost', 'deleting', 'queued'],
  running: ['paused', 'stopping', 'failed', 'lost', 'deleting'],
  paused: ['running', 'stopping', 'failed', 'lost', 'deleting'],
  // Back to queued: a restart, whose container is gone and which is to be placed again.
  stopping: ['stopped', 'deleting', 'lost', 'failed', 'queued'],
  stopped: ['queued', 'deleting', 'deleted'],
  failed: ['queued', 'deleting', 'deleted'],
  lost: ['queued', 'deleting', 'deleted'],
  deleting: ['deleted'],
  deleted: [],
}

export function canBecome(from: SessionState, to: SessionState): boolean {
  return next[from].includes(to)
}

/** States in which CPU, memory and GPUs are held on an agent. `deleting` still holds until the container is seen gone. */
const holding: readonly SessionState[] = ['starting', 'running', 'paused', 'stopping']
export function holdsResources(state: SessionState): boolean {
  return holding.includes(state)
}

/** Something is under way: pages poll faster, buttons show progress. */
export function isMoving(session: { state: SessionState; wanted: Wanted }): boolean {
  const settled: Partial<Record<SessionState, Wanted>> = {
    running: 'running',
    paused: 'paused',
    stopped: 'stopped',
    deleted: 'deleted',
  }
  if (session.state === 'failed' || session.state === 'lost') return session.wanted === 'deleted'
  return settled[session.state] !== session.wanted
}

export const sessionVerbs = ['pause', 'resume', 'stop', 'delete', 'retry', 'restart', 'connect', 'extend'] as const
export type SessionVerb = (typeof sessionVerbs)[number]

const verbs: Record<SessionState, readonly SessionVerb[]> = {
  queued: ['stop', 'delete'],
  starting: ['stop', 'delete'],
  running: ['connect', 'pause', 'restart', 'stop', 'delete', 'extend'],
  paused: ['resume', 'restart', 'stop', 'delete', 'extend'],
  stopping: ['delete'],
  stopped: ['resume', 'delete'],
  failed: ['retry', 'restart', 'delete'],
  lost: ['retry', 'restart', 'delete'],
  deleting: ['delete'],
  deleted: [],
}

export function allowedVerbs(state: SessionState): readonly SessionVerb[] {
  return verbs[state]
}

export function allowsVerb(state: SessionState, verb: SessionVerb): boolean {
  return verbs[state].includes(verb)
}

export const stateWords: Record<SessionState, string> = {
  queued: 'Queued',
  starting: 'Starting',
  running: 'Running',
  paused: 'Paused',
  stopping: 'Stopping',
  stopped: 'Stopped',
  deleting: 'Deleting',
  deleted: 'Deleted',
  failed: 'Failed',
  lost: 'Lost',
}
