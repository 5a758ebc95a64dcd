// The steps of a launch, read from a session's events. Pure; a pull is a step only where one was needed.
import type { TimelineStepState } from '@/components/ui/timeline'
import type { SessionDetail } from '@/lib/domain/session'
import type { SessionEventCode, SessionEventView } from '@/lib/domain/session-events'

export type LaunchStepId = 'place' | 'pull' | 'create' | 'start' | 'answer' | 'picture'
export type LaunchStep = {
  id: LaunchStepId
  label: string
  state: TimelineStepState
  /** How long it took; null until it is done. */
  durationMs: number | null
  /** When it began, for the one that is under way. */
  beganAt: number | null
}
export type Launch = {
  steps: LaunchStep[]
  beganAt: number | null
  /** From the click to the last step that is done. */
  totalMs: number | null
  /** What went wrong on the way, where another try followed. */
  setbacks: string[]
}

type Seen = Pick<SessionDetail, 'state' | 'timeline' | 'pull' | 'queuePosition'>

const endOf: Record<LaunchStepId, SessionEventCode> = {
  place: 'placed',
  pull: 'pulled',
  create: 'created',
  start: 'started',
  answer: 'answered',
  picture: 'first_viewer',
}
const order = Object.keys(endOf) as LaunchStepId[]
const claimedSteps: readonly LaunchStepId[] = ['answer', 'picture']

const labels: Record<LaunchStepId, { done: string; active: string; pending: string }> = {
  place: { done: 'Place found', active: 'Looking for a place', pending: 'Find a place' },
  pull: { done: 'Image fetched', active: 'Fetching the image', pending: 'Fetch the image' },
  create: { done: 'Container created', active: 'Creating the container', pending: 'Create the container' },
  start: { done: 'Container started', active: 'Starting the container', pending: 'Start the container' },
  answer: { done: 'Desktop answered', active: 'Waiting for the desktop to answer', pending: 'Desktop answers' },
  picture: { done: 'First picture', active: 'Waiting for the first picture', pending: 'First picture' },
}

export function launchSteps(session: Seen): Launch {
  const events = lastLaunch(session.timeline)
  const ends = stepEnds(events)
  const beganAt = events[0] ? Date.parse(events[0].at) : null
  const isPulling = session.pull !== null || events.some(({ code }) => code === 'pulling')
  // A desktop that was kept ready had all of it behind it.
  const isClaimed = events.some(({ code }) => code === 'claimed')
  const shown = isClaimed ? claimedSteps : order.filter((id) => id !== 'pull' || isPulling)
  const firstOpen = shown.find((id) => !ends.has(id))
  let before = beganAt
  const steps = shown.map((id): LaunchStep => {
    const end = ends.get(id)
    const began = before
    if (end !== undefined) before = end
    const state = end !== undefined ? 'done' : id === firstOpen ? openState(session) : 'pending'
    return {
      id,
      state,
      label: labelOf(id, state, session),
      durationMs: end !== undefined && began !== null ? Math.max(0, end - began) : null,
      beganAt: state === 'active' ? began : null,
    }
  })
  return { steps, beganAt, totalMs: total(beganAt, ends), setbacks: setbacksOf(events) }
}

/** Events since a start was last asked for; a resume from a pause starts nothing. */
function lastLaunch(timeline: readonly SessionEventView[]): readonly SessionEventView[] {
  const from = timeline.findLastIndex(({ code }, index) => {
    if (code === 'launched' || code === 'retry_asked') return true
    return code === 'resume_asked' && !timeline.slice(index).some((later) => later.code === 'resumed')
  })
  return timeline.slice(Math.max(0, from))
}

/** A try that failed, or a place that was given back, undoes what came after. */
function stepEnds(events: readonly SessionEventView[]): Map<LaunchStepId, number> {
  const ends = new Map<LaunchStepId, number>()
  for (const { code, at } of events) {
    if (code === 'queued' || code === 'unplaceable') ends.clear()
    if (code === 'attempt_failed') for (const id of order.slice(1)) ends.delete(id)
    const step = code === 'claimed' ? 'answer' : order.find((id) => endOf[id] === code)
    // A later reconnection is no second first picture.
    if (step && !ends.has(step)) ends.set(step, Date.parse(at))
  }
  return ends
}

function openState({ state }: Seen): TimelineStepState {
  if (state === 'failed' || state === 'lost') return 'failed'
  return state === 'queued' || state === 'starting' || state === 'running' ? 'active' : 'pending'
}

function labelOf(id: LaunchStepId, state: TimelineStepState, session: Seen): string {
  if (id === 'place' && state === 'active' && session.queuePosition !== null)
    return `Waiting in the queue, position ${session.queuePosition}`
  if (state === 'done') return labels[id].done
  return state === 'pending' ? labels[id].pending : labels[id].active
}

function total(beganAt: number | null, ends: ReadonlyMap<LaunchStepId, number>): number | null {
  return beganAt === null || ends.size === 0 ? null : Math.max(...ends.values()) - beganAt
}

function setbacksOf(events: readonly SessionEventView[]): string[] {
  return events.filter(({ code }) => code === 'attempt_failed').map(({ text }) => text)
}
