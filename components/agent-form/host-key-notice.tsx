import { Button } from '@/components/ui/button'
import { CodeBlock } from '@/components/ui/code-block'
import { Notice } from '@/components/ui/notice'
import type { SeenHostKey } from '@/lib/domain/agent-connection'

type HostKeyNoticeProps = {
  seen: SeenHostKey
  /** Empty: none yet. */
  confirmed: string
  confirm: (fingerprint: string) => void
}

const files: Record<string, string> = {
  'ssh-ed25519': 'ed25519',
  'ecdsa-sha2-nistp256': 'ecdsa',
  'ecdsa-sha2-nistp384': 'ecdsa',
  'ecdsa-sha2-nistp521': 'ecdsa',
  'ssh-rsa': 'rsa',
}

/** The one moment at which somebody could stand between: a person compares, and says so. */
export function HostKeyNotice({ seen, confirmed, confirm }: HostKeyNoticeProps) {
  const changed = confirmed !== ''
  const command = `ssh-keygen -lf /etc/ssh/ssh_host_${files[seen.type] ?? 'ed25519'}_key.pub`
  return (
    <Notice
      tone={changed ? 'danger' : 'warn'}
      title={changed ? 'The host shows another key than the one that was confirmed' : 'Is this the key of the host?'}
      live
      className="w-full"
      action={
        <Button size="sm" variant={changed ? 'danger' : 'primary'} onClick={() => confirm(seen.fingerprint)}>
          {changed ? 'Replace the confirmed key' : 'Confirm this key'}
        </Button>
      }
    >
      <p>
        {changed
          ? 'Either the host was set up anew, or somebody stands between. Nothing was sent to it.'
          : 'Nothing is sent to it before you say so, and another key is refused from then on.'}{' '}
        Compare it with what the host itself says:
      </p>
      <CodeBlock label="On the host" text={command} wrap className="mt-2" />
      <dl className="mt-2 grid grid-cols-[max-content_minmax(0,1fr)] gap-x-3 gap-y-1 text-xs">
        <dt className="text-muted">It shows</dt>
        <dd className="font-mono">
          {seen.fingerprint} ({seen.type})
        </dd>
        {changed && (
          <>
            <dt className="text-muted">Confirmed was</dt>
            <dd className="font-mono">{confirmed}</dd>
          </>
        )}
      </dl>
    </Notice>
  )
}
