'use client'
import { LoaderCircle, RotateCw, Unplug } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { LinkButton } from '@/components/ui/link-button'
import type { DesktopConnection } from './desktop-connection'
import { StagePanel } from './stage-panel'

type ConnectionPanelProps = { connection: DesktopConnection; name: string; onReconnect: () => void }

/** Over the desktop while its stream is not there. What runs inside goes on meanwhile, and people should know. */
export function ConnectionPanel({ connection, name, onReconnect }: ConnectionPanelProps) {
  const { phase, reason, failure, wasConnected, isLate, tries } = connection
  if (phase === 'refused') {
    return (
      <StagePanel
        role="alert"
        icon={<Unplug aria-hidden="true" className="text-danger" />}
        title={failure?.message ?? 'The desktop cannot be opened'}
        actions={
          <>
            <Button variant="primary" onClick={onReconnect}>
              Try again
            </Button>
            <LinkButton href="/" variant="ghost">
              Back to workspaces
            </LinkButton>
          </>
        }
      >
        {failure?.hint && <p className="text-muted">{failure.hint}</p>}
      </StagePanel>
    )
  }
  return (
    <StagePanel
      veil={wasConnected}
      role="status"
      icon={<LoaderCircle aria-hidden="true" className="text-accent motion-safe:animate-spin" />}
      title={titleOf(connection, name)}
      actions={
        tries > 0 && (
          <Button onClick={onReconnect}>
            <RotateCw aria-hidden="true" />
            Reconnect now
          </Button>
        )
      }
    >
      {wasConnected && !isLate && <p className="text-muted">What runs in the session goes on.</p>}
      {isLate && (
        <p className="text-muted">
          It may be frozen or very busy; what runs in the session may go on. This page keeps trying. If nothing changes, stop the
          session above and start it again: its files stay.
        </p>
      )}
      {tries > 1 && reason && <p className="text-muted">{reason}</p>}
      {tries > 1 && !wasConnected && <CertificateHint url={connection.url} />}
    </StagePanel>
  )
}

function titleOf({ isLate, wasConnected }: DesktopConnection, name: string): string {
  if (isLate) return 'The desktop does not answer. Trying again…'
  return wasConnected ? 'Connection lost. Reconnecting…' : `Opening ${name}…`
}

/** With a port per session and a certificate of the portal's own, some browsers want it accepted for each port. */
function CertificateHint({ url }: { url: string | null }) {
  if (url === null) return null
  const { origin, port, protocol, hostname } = new URL(url)
  if (protocol !== 'https:' || hostname !== window.location.hostname || port === window.location.port) return null
  return (
    <p className="text-muted">
      If your browser has not accepted the portal’s certificate for port {port} yet,{' '}
      <a href={origin} target="_blank" rel="noreferrer" className="text-accent-ink underline">
        open {origin} in a new tab
      </a>{' '}
      once, accept it, and come back.
    </p>
  )
}
