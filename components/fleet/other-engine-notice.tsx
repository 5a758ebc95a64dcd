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
import { sessionOf } from '@/lib/domain/session-owner'

type OtherEngineNoticeProps = {
  agent: AgentDetail
  since: string
  takeOver: (input: { agentId: string }) => Promise<ActionResult<unknown>>
}

/** Why nothing happens at this address, and what only a person can know: whether the sessions are gone. */
export function OtherEngineNotice({ agent, since, takeOver }: OtherEngineNoticeProps) {
  const [asking, setAsking] = useState(false)
  const { run } = useAction(takeOver, {
    invalidates: [agentQueries.all],
    onSuccess: () => toast.info(`${agent.name} is the engine that answers now`),
  })
  return (
    <Notice
      tone="danger"
      title={agent.statusReason ?? 'Another Docker Engine answers at this address.'}
      action={
        <Button size="sm" onClick={() => setAsking(true)}>
          Sessions are gone…
        </Button>
      }
    >
      Since <RelativeTime time={since} />. Its sessions are kept and come back when their engine does.
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Are the sessions of ${agent.name} gone?`}
        confirmLabel="Give up sessions"
        typeToConfirm={agent.name}
        items={agent.sessions.map((session) => `${sessionOf(session.imageName, session.owner)}, ${session.state}`)}
        onConfirm={() => run({ agentId: agent.id })}
      >
        The engine that answers now becomes this agent’s. These sessions are lost, and their GPUs are free. If they still run
        somewhere and the address is corrected later, their containers are removed then.
      </ConfirmDialog>
    </Notice>
  )
}
