'use client'
import { type ReactNode, useEffect, useState } from 'react'
import { ProgressBar } from '@/components/ui/progress-bar'
import { Timeline } from '@/components/ui/timeline'
import { formatBytesOf, formatDuration } from '@/lib/client/format'
import type { PullView, SessionDetail } from '@/lib/domain/session'
import { type LaunchStep, launchSteps } from './launch-steps'
import { ReasonsList } from './reasons-list'

type LaunchTimelineProps = {
  session: Pick<SessionDetail, 'state' | 'timeline' | 'pull' | 'queuePosition' | 'reasons'>
  /** How far the server's clock is ahead of this browser's. */
  skewMs?: number
  className?: string
}

/** The steps of the last launch with their times: what is done, what is under way and since when, what is to come. */
export function LaunchTimeline({ session, skewMs = 0, className }: LaunchTimelineProps) {
  const { steps, totalMs, setbacks } = launchSteps(session)
  const allDone = steps.every(({ state }) => state === 'done')
  return (
    <div className={className}>
      <Timeline
        label="Launch steps"
        steps={steps.map((step) => ({
          id: step.id,
          label: step.label,
          state: step.state,
          time: stepTime(step, skewMs),
          detail: stepDetail(step, session, setbacks),
        }))}
      />
      {allDone && totalMs !== null && <p className="mt-3 text-muted text-xs">Ready in {formatDuration(totalMs)}</p>}
    </div>
  )
}

function stepTime({ durationMs, beganAt }: LaunchStep, skewMs: number): ReactNode {
  if (durationMs !== null) return formatDuration(durationMs)
  return beganAt === null ? null : <Elapsed beganAt={beganAt} skewMs={skewMs} />
}

function stepDetail(step: LaunchStep, session: LaunchTimelineProps['session'], setbacks: readonly string[]): ReactNode {
  if (step.state !== 'active' && step.state !== 'failed') return null
  if (step.id === 'place') return session.reasons.length > 0 ? <ReasonsList reasons={session.reasons} /> : null
  if (step.id === 'pull' && session.pull && step.state === 'active') return <PullProgress pull={session.pull} />
  return setbacks.at(-1) ?? null
}

function PullProgress({ pull }: { pull: PullView }) {
  const known = pull.bytesTotal > 0
  const words = [
    pull.layers > 0 && `${pull.layersDone} of ${pull.layers} layers`,
    known && pull.status,
    pull.timeLeftMs !== null && `about ${formatDuration(pull.timeLeftMs)} left`,
  ].filter(Boolean)
  return (
    <div className="flex flex-col gap-1">
      <ProgressBar
        label="Fetching the image"
        hideLabel
        value={known ? pull.bytes : null}
        max={known ? pull.bytesTotal : 100}
        detail={known ? formatBytesOf(pull.bytes, pull.bytesTotal) : pull.status || 'Starting'}
      />
      {words.length > 0 && <p>{words.join(' · ')}</p>}
    </div>
  )
}

/** Counts while a step is under way. Silent to screen readers: the step itself says that it is. */
function Elapsed({ beganAt, skewMs }: { beganAt: number; skewMs: number }) {
  const [ms, setMs] = useState<number | null>(null)
  useEffect(() => {
    const passed = () => Date.now() + skewMs - beganAt
    const tick = () => setMs(Math.max(0, passed()))
    let timer: ReturnType<typeof setInterval>
    // Steps that are over in a moment draw nothing: the machine is busy with them.
    const first = setTimeout(
      () => {
        tick()
        timer = setInterval(tick, 200)
      },
      Math.max(0, 1_000 - passed()),
    )
    return () => {
      clearTimeout(first)
      clearInterval(timer)
    }
  }, [beganAt, skewMs])
  if (ms === null) return null
  return <span aria-hidden="true">{formatDuration(ms < 1000 ? ms : Math.floor(ms / 100) * 100)}</span>
}
