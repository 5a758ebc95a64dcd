import { Users } from 'lucide-react'
import { FactList } from '@/components/ui/fact-list'
import { Popover } from '@/components/ui/popover'
import { RelativeTime } from '@/components/ui/relative-time'
import { formatBytes, formatCount } from '@/lib/client/format'
import type { SessionDetail } from '@/lib/domain/session'

/** Who looks at the desktop, and when somebody last did something in it: a tab that was left open elsewhere shows here. */
export function SessionUse({ activity: { viewers, lastInputAt, bytesUp, bytesDown } }: Pick<SessionDetail, 'activity'>) {
  return (
    <Popover
      label="Use of this session"
      variant="ghost"
      size="sm"
      align="end"
      trigger={
        <>
          <Users aria-hidden="true" />
          <span className="sr-only">{viewerWords(viewers)}</span>
          <span aria-hidden="true" className="tabular-nums">
            {viewers}
          </span>
        </>
      }
    >
      <FactList
        facts={[
          { label: 'Open in', value: viewers === 0 ? 'no tab' : formatCount(viewers, 'tab') },
          { label: 'Last input', value: lastInputAt === null ? 'none yet' : <RelativeTime time={lastInputAt} /> },
          { label: 'Picture', value: formatBytes(bytesDown) },
          { label: 'Input', value: formatBytes(bytesUp) },
        ]}
      />
      <p className="mt-3 text-muted text-xs">Keys, pointer and pasting count as input. Numbers are up to 15 seconds old.</p>
    </Popover>
  )
}

export function viewerWords(viewers: number): string {
  return viewers === 0 ? 'Nobody looks' : formatCount(viewers, 'viewer')
}
