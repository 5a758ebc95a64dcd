import { AppLink } from '@/components/ui/app-link'
import { RelativeTime } from '@/components/ui/relative-time'
import { cn } from '@/lib/client/cn'
import { formatDuration } from '@/lib/client/format'
import { type SessionState, stateWords } from '@/lib/domain/session-lifecycle'
import { type Launch, type LaunchStep, launchSteps, scaleMs, stepSpans, stepWords } from './launch-steps'

const looks: Record<LaunchStep, string> = {
  placed: 'fill-warn',
  created: 'fill-accent/45',
  started: 'fill-accent/70',
  answered: 'fill-accent',
  firstViewer: 'fill-ok',
}
const keys: Record<LaunchStep, string> = {
  placed: 'bg-warn',
  created: 'bg-accent/45',
  started: 'bg-accent/70',
  answered: 'bg-accent',
  firstViewer: 'bg-ok',
}

/** The last launches, each as one line in its steps, all on one scale. */
export function LaunchBars({ launches }: { launches: readonly Launch[] }) {
  const scale = scaleMs(launches)
  return (
    <>
      <ul className="flex flex-col">
        {launches.map((launch) => (
          <LaunchLine key={launch.sessionId} launch={launch} scale={scale} />
        ))}
      </ul>
      <ul aria-label="Colours of the steps" className="mt-3 flex flex-wrap gap-x-4 gap-y-1 text-muted text-xs">
        {launchSteps.map((step) => (
          <li key={step} className="flex items-center gap-1.5">
            <span aria-hidden="true" className={cn('size-2.5 rounded-sm', keys[step])} />
            {stepWords[step]}
          </li>
        ))}
      </ul>
    </>
  )
}

function LaunchLine({ launch, scale }: { launch: Launch; scale: number }) {
  const spans = stepSpans(launch)
  const words = spans.map(
    ({ step, fromMs, toMs }) => `${stepWords[step]} after ${formatDuration(toMs)} (+${formatDuration(toMs - fromMs)})`,
  )
  const state = stateWords[launch.state as SessionState] ?? launch.state
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 gap-y-1 border-line border-b py-2 last:border-b-0 sm:grid-cols-[minmax(9rem,13rem)_minmax(0,1fr)_4.5rem_5.5rem]">
      <span className="min-w-0">
        <AppLink href={`/sessions/${launch.sessionId}`} className="block truncate hover:underline">
          {launch.imageName}
        </AppLink>
        <span className="block truncate text-muted text-xs">
          {launch.owner} · {state}
        </span>
      </span>
      <svg
        role="img"
        aria-label={words.length > 0 ? words.join(', ') : 'No step has happened yet'}
        viewBox="0 0 1000 10"
        preserveAspectRatio="none"
        className="order-last col-span-2 block h-3 w-full overflow-hidden rounded-sm bg-sunken sm:order-none sm:col-span-1"
      >
        <title>{words.join('\n')}</title>
        {spans.map(({ step, fromMs, toMs }) => (
          <rect
            key={step}
            x={along(fromMs, scale)}
            y={0}
            width={Math.max(3, along(toMs, scale) - along(fromMs, scale))}
            height={10}
            className={looks[step]}
          />
        ))}
      </svg>
      <span className="text-right text-xs tabular-nums" title="From the click until the desktop answered">
        {launch.answeredMs === null ? '–' : formatDuration(launch.answeredMs)}
      </span>
      <RelativeTime time={launch.at} className="whitespace-nowrap text-right text-muted text-xs max-sm:hidden" />
    </li>
  )
}

function along(ms: number, scale: number): number {
  return Math.min(1000, (ms / scale) * 1000)
}
