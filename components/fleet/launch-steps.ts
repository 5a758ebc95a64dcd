// The steps of a launch as lengths on one line: when each began and how long it took, from the times since the click.
import type { FleetOverview } from '@/lib/domain/agent-view'

export type Launch = FleetOverview['recentLaunches'][number]
export const launchSteps = ['placed', 'created', 'started', 'answered', 'firstViewer'] as const
export type LaunchStep = (typeof launchSteps)[number]

export type StepSpan = { step: LaunchStep; fromMs: number; toMs: number }

export const stepWords: Record<LaunchStep, string> = {
  placed: 'Placed',
  created: 'Container created',
  started: 'Container started',
  answered: 'Desktop answered',
  firstViewer: 'First picture',
}

/** Steps that did not happen have no length; what comes after them begins where the last one ended. */
export function stepSpans(launch: Launch): StepSpan[] {
  const ends: Record<LaunchStep, number | null> = {
    placed: launch.placedMs,
    created: launch.createdMs,
    started: launch.startedMs,
    answered: launch.answeredMs,
    firstViewer: launch.firstViewerMs,
  }
  const spans: StepSpan[] = []
  let fromMs = 0
  for (const step of launchSteps) {
    const end = ends[step]
    if (end === null) continue
    // Two clocks may disagree by a moment: a step never ends before it began.
    const toMs = Math.max(fromMs, end)
    spans.push({ step, fromMs, toMs })
    fromMs = toMs
  }
  return spans
}

/**
 * One scale for all bars, so that lengths can be compared. Launches that came through set it: what stopped half way says nothing
 * about how long one takes, and a single slow one must not flatten the others.
 */
export function scaleMs(launches: readonly Launch[]): number {
  const through = launches.filter((launch) => launch.answeredMs !== null)
  const ends = (through.length > 0 ? through : launches).flatMap((launch) => stepSpans(launch).at(-1)?.toMs ?? [])
  const sorted = ends.sort((a, b) => a - b)
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0
  const longest = sorted.at(-1) ?? 0
  return Math.max(1_000, Math.min(longest, median * 4))
}
