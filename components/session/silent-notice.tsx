import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import type { DesktopConnection } from './desktop-connection'

/** Above the desktop: the picture is its last one, and what is typed now may arrive late or never. */
export function SilentNotice({ connection, onReconnect }: { connection: DesktopConnection; onReconnect: () => void }) {
  if (!connection.isSilent) return null
  return (
    <div className="relative z-20 border-line border-b bg-surface p-2">
      <Notice
        tone="warn"
        live
        title="The desktop does not answer"
        action={
          <Button size="sm" onClick={onReconnect}>
            Reconnect
          </Button>
        }
      >
        This is its last picture. It may be frozen or very busy; what runs in the session may go on, and what you type may arrive
        late. If nothing changes, stop the session above and start it again: its files stay.
      </Notice>
    </div>
  )
}
