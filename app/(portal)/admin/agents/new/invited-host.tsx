'use client'
import { useQuery } from '@tanstack/react-query'
import { revokeHostEnrolmentAction } from '@/app/(portal)/admin/agents/actions'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { CodeBlock } from '@/components/ui/code-block'
import { Notice } from '@/components/ui/notice'
import { RelativeTime } from '@/components/ui/relative-time'
import { hostQueries } from '@/lib/client/host-queries'
import { useAction } from '@/lib/client/use-action'
import type { CreatedHostEnrolment } from '@/lib/domain/host-enrolment'
import { HostProgress } from './host-progress'

type InvitedHostProps = { invited: CreatedHostEnrolment; another: () => void }

/** The line, which is shown this once, and what comes of it. */
export function InvitedHost({ invited: { enrolment, command, onlyThisMachine }, another }: InvitedHostProps) {
  const read = useQuery({ ...hostQueries.one(enrolment.id), initialData: enrolment })
  const withdraw = useAction(revokeHostEnrolmentAction, { invalidates: [hostQueries.all] })
  const { state } = read.data
  const isOpen = state === 'waiting'
  return (
    <div className="flex max-w-4xl flex-col gap-5">
      <HostProgress host={read.data} stale={read.isError} />
      {withdraw.failure && (
        <Notice tone="danger" title={withdraw.failure.message} live>
          {withdraw.failure.hint}
        </Notice>
      )}
      {isOpen && (
        <Card
          title={`Run this on ${enrolment.name}`}
          description="As somebody who may use sudo. It can be read first: without “| sudo sh …” it only prints the script."
          footer={
            <Button pending={withdraw.pending} onClick={() => void withdraw.run({ enrolmentId: enrolment.id })}>
              Withdraw the line
            </Button>
          }
        >
          <div className="flex flex-col gap-3">
            <CodeBlock label="The line for the host" text={command} wrap />
            <Notice tone="warn">
              It is shown this once and is good once; it ends <RelativeTime time={enrolment.expiresAt} />. Whoever has it can add
              a host as {enrolment.name}.
            </Notice>
            {onlyThisMachine && (
              <Notice tone="info" title="Only for this machine">
                The portal’s address is one of its own machine, which other hosts cannot use. Give it another with HTTPS
                (BERTH_PUBLIC_URL, docs/setup.md) to add them by a line. By hand they can be added all the same.
              </Notice>
            )}
            <p className="text-muted text-xs">
              Write <code>--dry-run</code> behind the token to see every change beforehand. Containers that run there go on: the
              script turns live-restore on, and asks where that is not possible. <code>--uninstall</code> takes everything back.
            </p>
          </div>
        </Card>
      )}
      {!isOpen && (
        <div>
          <Button onClick={another}>Add another host</Button>
        </div>
      )}
    </div>
  )
}
