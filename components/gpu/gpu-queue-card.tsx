import { AppLink } from '@/components/ui/app-link'
import { Card } from '@/components/ui/card'
import { RelativeTime } from '@/components/ui/relative-time'
import { formatBytes, formatCount } from '@/lib/client/format'
import type { GpuQueueEntry } from '@/lib/domain/gpu-view'

const shown = 20

/** Who waits for what, in the order in which they are served. */
export function GpuQueueCard({ queue }: { queue: readonly GpuQueueEntry[] }) {
  return (
    <Card title="Waiting for GPUs" description={queue.length > 0 ? formatCount(queue.length, 'session') : undefined}>
      {queue.length === 0 ? (
        <p className="text-muted">Nobody waits.</p>
      ) : (
        <ol className="flex flex-col">
          {queue.slice(0, shown).map((waiting) => (
            <li
              key={waiting.sessionId}
              className="grid grid-cols-[1.5rem_1fr] gap-x-2 border-line border-b py-2 first:pt-0 last:border-b-0 last:pb-0"
            >
              <span className="text-right font-medium tabular-nums">
                <span className="sr-only">Position </span>
                {waiting.position}
              </span>
              <span className="min-w-0">
                <AppLink href={`/sessions/${waiting.sessionId}`} className="block truncate font-medium hover:underline">
                  {waiting.owner.name} <span className="font-normal text-muted">{waiting.imageName}</span>
                </AppLink>
                <span className="block text-xs">{needWords(waiting.needs)}</span>
                <span className="block text-muted text-xs">
                  asked <RelativeTime time={waiting.since} />
                  {waiting.expectedAt && (
                    <>
                      {' · expected '}
                      <RelativeTime time={waiting.expectedAt} />
                    </>
                  )}
                </span>
              </span>
            </li>
          ))}
        </ol>
      )}
      {queue.length > shown && <p className="pt-2 text-muted text-xs">and {queue.length - shown} more</p>}
    </Card>
  )
}

/** "2 GPUs, A100*, at least 40 GiB each" */
export function needWords({ gpus, modelPattern, memoryBytesMin }: GpuQueueEntry['needs']): string {
  return [
    gpus === 'all' ? 'every GPU of one agent' : formatCount(gpus, 'GPU'),
    ...(modelPattern ? [modelPattern] : []),
    ...(memoryBytesMin === null ? [] : [`at least ${formatBytes(memoryBytesMin)} each`]),
  ].join(', ')
}
