'use client'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { Notice } from '@/components/ui/notice'
import { RelativeTime } from '@/components/ui/relative-time'
import { toast } from '@/components/ui/toast'
import { agentQueries } from '@/lib/client/agent-queries'
import { useAction } from '@/lib/client/use-action'
import type { AgentDetail } from '@/lib/domain/agent-view'
import type { ActionResult } from '@/lib/domain/failure'
import { type OtherPortal, takenWords } from '@/lib/domain/host-claim'

type OtherPortalNoticeProps = {
  agent: AgentDetail
  other: OtherPortal
  takeOver: (input: { agentId: string }) => Promise<ActionResult<unknown>>
}

/** Why nothing happens on this host, and the way to change that. */
export function OtherPortalNotice({ agent, other, takeOver }: OtherPortalNoticeProps) {
  const [asking, setAsking] = useState(false)
  const { run } = useAction(takeOver, {
    invalidates: [agentQueries.all],
    onSuccess: () => toast.info(`This portal takes ${agent.name} over within a minute`),
  })
  const { message, hint } = takenWords(other)
  return (
    <Notice
      tone="danger"
      title={message}
      action={
        <Button size="sm" onClick={() => setAsking(true)}>
          Take over…
        </Button>
      }
    >
      {hint} It was last seen there <RelativeTime time={other.seenAt} />.
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Take ${agent.name} over?`}
        confirmLabel="Take over"
        onConfirm={() => run({ agentId: agent.id })}
      >
        From then on this portal starts and removes sessions there, and {other.url} stands aside as soon as it sees that.
        Containers that are this installation’s by their label and belong to none of its sessions are removed.
      </ConfirmDialog>
    </Notice>
  )
}
