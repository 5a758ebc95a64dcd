'use client'
import { useState } from 'react'
import { drainAgentAction } from '@/app/(portal)/admin/agents/actions'
import { DurationInput } from '@/components/form/duration-input'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Notice } from '@/components/ui/notice'
import { Textarea } from '@/components/ui/textarea'
import { toast } from '@/components/ui/toast'
import { agentQueries } from '@/lib/client/agent-queries'
import { formatCount } from '@/lib/client/format'
import { useAction } from '@/lib/client/use-action'
import type { AgentDetail } from '@/lib/domain/agent-view'

type DrainDialogProps = { agent: AgentDetail; open: boolean; onOpenChange: (open: boolean) => void }

/** Takes an agent out of service, or changes what its people are told. */
export function DrainDialog({ agent, open, onOpenChange }: DrainDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={agent.drain ? `Change the drain of ${agent.name}` : `Drain ${agent.name}?`}
      description="No new session starts there. What runs goes on until its owner ends it, or until the deadline."
    >
      <DrainForm agent={agent} close={() => onOpenChange(false)} />
    </Dialog>
  )
}

/** Of its own, so that what was typed is gone with the dialog. */
function DrainForm({ agent, close }: { agent: AgentDetail; close: () => void }) {
  const [message, setMessage] = useState(agent.drain?.message ?? '')
  const [seconds, setSeconds] = useState<number | null>(secondsLeft(agent))
  const drain = useAction(drainAgentAction, {
    invalidates: [agentQueries.all],
    onSuccess: () => {
      toast.ok(`${agent.name} is drained`)
      close()
    },
  })
  const { failure } = drain
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        const deadlineAt = seconds === null ? null : new Date(Date.now() + seconds * 1000).toISOString()
        void drain.run({ agentId: agent.id, message, deadlineAt })
      }}
    >
      <p className="text-muted">{leftWords(agent)}</p>
      <Field
        label="Message to them"
        hint="Shown above their desktops and in the title of their tabs, as plain text."
        error={failure?.fields?.message}
      >
        <Textarea value={message} maxLength={500} data-autofocus="" onChange={(event) => setMessage(event.target.value)} />
      </Field>
      <Field
        label="Stop what is left after"
        hint="Empty: nothing is stopped. Stopped sessions keep their homes and volumes and can start elsewhere."
        error={failure?.fields?.deadlineAt}
      >
        <DurationInput value={seconds} onChange={setSeconds} placeholder="never" />
      </Field>
      {failure && !failure.fields && (
        <Notice tone="danger" title={failure.message} live>
          {failure.hint}
        </Notice>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button variant="ghost" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" variant="primary" pending={drain.pending} pendingLabel="Draining…">
          {agent.drain ? 'Save' : 'Drain agent'}
        </Button>
      </div>
    </form>
  )
}

function secondsLeft({ drain }: AgentDetail): number | null {
  if (!drain?.deadlineAt) return null
  return Math.max(60, Math.round((Date.parse(drain.deadlineAt) - Date.now()) / 60_000) * 60)
}

function leftWords({ sessions: all }: AgentDetail): string {
  // Those that are kept ready go by themselves.
  const sessions = all.flatMap(({ owner }) => (owner ? [owner] : []))
  if (sessions.length === 0) return 'Nobody has a session there now.'
  const people = new Set(sessions.map(({ id }) => id)).size
  return `${formatCount(sessions.length, 'session')} of ${formatCount(people, 'person', 'people')} ${sessions.length === 1 ? 'is' : 'are'} there now.`
}
