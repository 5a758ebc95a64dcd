import { AppLink } from '@/components/ui/app-link'
import { RelativeTime } from '@/components/ui/relative-time'
import type { GpuTile } from '@/lib/domain/gpu-view'
import { ownerWords, sessionOf } from '@/lib/domain/session-owner'

/** Who holds it and since when. The link leads to the session's page, never into someone's desktop. */
export function GpuHolders({ holders, most = 3 }: { holders: GpuTile['holders']; most?: number }) {
  if (holders.length === 0) return null
  return (
    <ul className="flex flex-col gap-0.5 text-xs">
      {holders.slice(0, most).map((holder) => (
        <li key={holder.sessionId} className="flex items-baseline gap-2">
          <AppLink
            href={`/sessions/${holder.sessionId}`}
            className="min-w-0 truncate font-medium hover:underline"
            title={sessionOf(holder.imageName, holder.owner)}
          >
            {ownerWords(holder.owner)} <span className="font-normal text-muted">{holder.imageName}</span>
          </AppLink>
          <RelativeTime time={holder.since} className="ml-auto shrink-0 text-muted" />
        </li>
      ))}
      {holders.length > most && <li className="text-muted">and {holders.length - most} more</li>}
    </ul>
  )
}
