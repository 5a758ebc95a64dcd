import { LinkButton } from '@/components/ui/link-button'
import { Notice } from '@/components/ui/notice'
import type { EnrolmentState, HostEnrolmentView } from '@/lib/domain/host-enrolment'

type Words = { tone: 'info' | 'ok' | 'warn' | 'danger'; title: (name: string) => string; text: string }

const words: Record<EnrolmentState, Words> = {
  waiting: {
    tone: 'info',
    title: (name) => `Waiting for ${name}`,
    text: 'Nothing has asked with this line yet. The page notices by itself.',
  },
  configuring: {
    tone: 'info',
    title: (name) => `${name} has its certificate`,
    text: 'It sets Docker up and restarts it. Then the portal connects back.',
  },
  failed: {
    tone: 'danger',
    title: (name) => `The portal could not connect back to ${name}`,
    text: 'When that is mended, run berth-host on the host again; no new line is needed.',
  },
  registered: {
    tone: 'ok',
    title: (name) => `${name} is an agent`,
    text: 'Sessions can start there as soon as it was looked at.',
  },
  expired: { tone: 'warn', title: () => 'This line is not good any more', text: 'Its time has run out. Make a new one.' },
  revoked: { tone: 'warn', title: () => 'This line was withdrawn', text: 'Nobody gets in with it any more.' },
}

/** How far a host has come, read out as it changes. */
export function HostProgress({ host, stale }: { host: HostEnrolmentView; stale: boolean }) {
  const { tone, title, text } = words[host.state]
  return (
    <>
      {stale && (
        <Notice tone="warn" title="The portal does not answer" live>
          What is shown may be old.
        </Notice>
      )}
      <Notice
        tone={tone}
        title={title(host.name)}
        live
        action={
          host.agentId ? (
            <LinkButton href={`/admin/agents/${host.agentId}`} size="sm" variant="primary">
              Open the agent
            </LinkButton>
          ) : undefined
        }
      >
        {host.state === 'failed' && (
          <p className="mb-1">
            {host.problem} {host.hint}
          </p>
        )}
        {text}
      </Notice>
    </>
  )
}
