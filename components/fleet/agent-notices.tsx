import { ClockTime } from '@/components/ui/clock-time'
import { inertText } from '@/components/ui/inert-text'
import { Notice } from '@/components/ui/notice'
import { RelativeTime } from '@/components/ui/relative-time'
import { formatBytes, formatCount, formatDuration } from '@/lib/client/format'
import { quickBelowMs, slowFromMs } from '@/lib/domain/agent-latency'
import type { AgentDetail } from '@/lib/domain/agent-view'
import { endingCertificate } from '@/lib/domain/certificate-ends'
import type { ActionResult } from '@/lib/domain/failure'
import { OtherEngineNotice } from './other-engine-notice'
import { OtherPortalNotice } from './other-portal-notice'

type AgentNoticesProps = {
  agent: AgentDetail
  /** The page itself could not read newer facts since then. */
  stale: number | null
  takeOver: (input: { agentId: string }) => Promise<ActionResult<unknown>>
}

/** What is wrong with it and what to do, worst first. */
export function AgentNotices({ agent, stale, takeOver }: AgentNoticesProps) {
  const ending = endingCertificate(agent.certificates, new Date())
  return (
    <>
      {stale !== null && (
        <Notice tone="warn" title="The portal does not answer" live>
          What is shown is from <RelativeTime time={stale} />.
        </Notice>
      )}
      <AwayNotice agent={agent} takeOver={takeOver} />
      {agent.status === 'new' && (
        <Notice tone="info" title="Not looked at yet">
          A controller looks at it within seconds. If this stays, check that the portal runs with the controller role.
        </Notice>
      )}
      {agent.drain && <DrainedNotice agent={agent} drain={agent.drain} />}
      {agent.standing === 'slow' && (
        <Notice tone="warn" title={`It takes ${formatDuration(agent.latencyMs)} to say what runs there`}>
          {agent.slowSince && (
            <>
              Since <RelativeTime time={agent.slowSince} />.{' '}
            </>
          )}
          Look at the load of the host and at the network to it. Nothing is wrong with its sessions, but launches there take as
          much longer. It counts as slow from {formatDuration(slowFromMs)}, and no longer below {formatDuration(quickBelowMs)}.
        </Notice>
      )}
      {ending && (
        <Notice tone="warn" title={ending.text}>
          {ending.hint}
        </Notice>
      )}
      {agent.disk.low && (
        <Notice tone="warn" title={`Only ${formatBytes(agent.disk.freeBytes)} of disk are free`}>
          No launch and no fetch of an image starts there below 5 GiB or 5 %. Remove images or volumes that nobody needs on the
          host.
        </Notice>
      )}
      {agent.gpuDiagnoses.map((diagnosis) => (
        <Notice
          key={`${diagnosis.code} ${diagnosis.text}`}
          tone={diagnosis.severity === 'error' ? 'danger' : 'warn'}
          title={diagnosis.text}
        >
          {diagnosis.hint} More in <code className="text-xs">docs/gpu-diagnosis.md#{diagnosis.anchor}</code>
        </Notice>
      ))}
      {agent.gpuProblem && agent.gpuDiagnoses.length === 0 && (
        <Notice tone="warn" title="Its GPUs cannot be used">
          {agent.gpuProblem}
        </Notice>
      )}
    </>
  )
}

function DrainedNotice({ agent, drain }: { agent: AgentDetail; drain: NonNullable<AgentDetail['drain']> }) {
  const left = agent.sessions.length
  return (
    <Notice tone="warn" title={left === 0 ? 'Drained: nobody is left here' : `Drained: ${formatCount(left, 'session')} left`}>
      {drain.by ? `${drain.by} took it out of service ` : 'Taken out of service '}
      <RelativeTime time={drain.since} />. No new session starts here.{' '}
      {drain.deadlineAt ? (
        <>
          What is left is stopped <ClockTime time={drain.deadlineAt} />.
        </>
      ) : (
        'What is left goes on until its owners end it.'
      )}
      {drain.message && (
        <p className="mt-1 whitespace-pre-wrap">
          <span className="text-muted">They are told: </span>
          <bdi>{inertText(drain.message)}</bdi>
        </p>
      )}
    </Notice>
  )
}

/** Why nothing happens there. */
function AwayNotice({ agent, takeOver }: Omit<AgentNoticesProps, 'stale'>) {
  if (agent.status === 'unreachable' && agent.otherEngineSince)
    return <OtherEngineNotice agent={agent} since={agent.otherEngineSince} takeOver={takeOver} />
  if (agent.otherPortal) return <OtherPortalNotice agent={agent} other={agent.otherPortal} takeOver={takeOver} />
  if (agent.status !== 'unreachable') return null
  return (
    <Notice tone="danger" title={agent.statusReason ?? 'The agent does not answer.'}>
      Since {agent.unreachableSince ? <RelativeTime time={agent.unreachableSince} /> : 'a while'}. Its sessions are kept and come
      back when it does. Check the host and its Docker Engine; test the connection on its edit page.
    </Notice>
  )
}
