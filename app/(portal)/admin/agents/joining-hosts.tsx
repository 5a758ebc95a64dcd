'use client'
import { useQuery } from '@tanstack/react-query'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { RelativeTime } from '@/components/ui/relative-time'
import { hostQueries } from '@/lib/client/host-queries'
import { useAction } from '@/lib/client/use-action'
import type { HostEnrolmentView } from '@/lib/domain/host-enrolment'
import { revokeHostEnrolmentAction } from './actions'

/** Lines that nobody has run yet, and hosts that are not agents yet. Nothing where there are none. */
export function JoiningHosts() {
  const read = useQuery(hostQueries.open())
  if (!read.data || read.data.length === 0) return null
  return (
    <Card title="Being added" className="mb-5">
      <ul className="divide-y divide-line">
        {read.data.map((host) => (
          <JoiningHost key={host.id} host={host} />
        ))}
      </ul>
    </Card>
  )
}

function JoiningHost({ host }: { host: HostEnrolmentView }) {
  const { run, pending, failure } = useAction(revokeHostEnrolmentAction, { invalidates: [hostQueries.all] })
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
      <span className="min-w-0 flex-1 basis-56">
        <span className="font-medium">{host.name}</span>{' '}
        <span className="text-muted">
          {host.state === 'waiting' && (
            <>
              waits for its line to be run; the line ends <RelativeTime time={host.expiresAt} />
            </>
          )}
          {host.state === 'configuring' && 'has its certificate and sets Docker up'}
          {host.state === 'failed' && `could not be reached back: ${host.problem}`}
        </span>
        {failure && <span className="block text-danger">{failure.message}</span>}
      </span>
      <Button size="sm" pending={pending} onClick={() => void run({ enrolmentId: host.id })}>
        Withdraw<span className="sr-only"> the line for {host.name}</span>
      </Button>
    </li>
  )
}
