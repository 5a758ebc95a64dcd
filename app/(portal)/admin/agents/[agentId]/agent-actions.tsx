'use client'
import { DoorClosed, DoorOpen, Flame, MoreHorizontal, PencilLine, Power, RefreshCw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { refreshAgentAction, undrainAgentAction, updateAgentAction } from '@/app/(portal)/admin/agents/actions'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { DropdownMenu, MenuItem, MenuSeparator } from '@/components/ui/dropdown-menu'
import { LinkButton } from '@/components/ui/link-button'
import { toast } from '@/components/ui/toast'
import { agentQueries } from '@/lib/client/agent-queries'
import { formatCount } from '@/lib/client/format'
import { useAction } from '@/lib/client/use-action'
import type { AgentDetail } from '@/lib/domain/agent-view'
import { DrainDialog } from './drain-dialog'
import { GoneDialog, RemoveDialog } from './remove-dialogs'

const options = { invalidates: [agentQueries.all], onFailure: toast.failure }

export function AgentActions({ agent }: { agent: AgentDetail }) {
  const [asking, setAsking] = useState<'remove' | 'gone' | 'disable' | 'drain' | null>(null)
  const refresh = useAction(refreshAgentAction, { ...options, onSuccess: () => toast.info(`Looking at ${agent.name} now`) })
  const update = useAction(updateAgentAction, options)
  const undrain = useAction(undrainAgentAction, { ...options, onSuccess: () => toast.ok(`${agent.name} is in service again`) })
  const setEnabled = (enabled: boolean) => update.run({ agentId: agent.id, changes: { enabled } })
  const close = (open: boolean) => !open && setAsking(null)
  return (
    <>
      <Button pending={refresh.pending} onClick={() => void refresh.run({ agentId: agent.id })}>
        <RefreshCw aria-hidden="true" />
        Refresh now
      </Button>
      <LinkButton href={`/admin/agents/${agent.id}/edit`}>
        <PencilLine aria-hidden="true" />
        Edit
      </LinkButton>
      <DropdownMenu label="More actions" trigger={<MoreHorizontal aria-hidden="true" />} icon variant="secondary">
        <MenuItem
          icon={<DoorClosed aria-hidden="true" />}
          hint="Nothing new starts here; who is left is told."
          onSelect={() => setAsking('drain')}
        >
          {agent.drain ? 'Change the drain…' : 'Drain…'}
        </MenuItem>
        {agent.drain && (
          <MenuItem
            icon={<DoorOpen aria-hidden="true" />}
            hint="New sessions may start here again."
            onSelect={() => void undrain.run({ agentId: agent.id })}
          >
            End the drain
          </MenuItem>
        )}
        {agent.enabled ? (
          <MenuItem
            icon={<Power aria-hidden="true" />}
            hint="Nothing new starts here; what runs goes on."
            onSelect={() => setAsking('disable')}
          >
            Switch off
          </MenuItem>
        ) : (
          <MenuItem
            icon={<Power aria-hidden="true" />}
            hint="New sessions may start here again."
            onSelect={() => void setEnabled(true)}
          >
            Switch on
          </MenuItem>
        )}
        <MenuSeparator />
        <MenuItem danger icon={<Trash2 aria-hidden="true" />} onSelect={() => setAsking('remove')}>
          Remove agent
        </MenuItem>
        {agent.status === 'unreachable' && (
          <MenuItem
            danger
            icon={<Flame aria-hidden="true" />}
            hint="Gives up what was on it; for a host that never returns."
            onSelect={() => setAsking('gone')}
          >
            Gone for good…
          </MenuItem>
        )}
      </DropdownMenu>
      <ConfirmDialog
        open={asking === 'disable'}
        onOpenChange={close}
        tone="normal"
        title={`Switch off ${agent.name}?`}
        confirmLabel="Switch off agent"
        onConfirm={() => setEnabled(false)}
      >
        No new session starts there. {runningWords(agent)} Sessions whose home lies there cannot start elsewhere.
      </ConfirmDialog>
      <DrainDialog agent={agent} open={asking === 'drain'} onOpenChange={close} />
      <RemoveDialog agent={agent} open={asking === 'remove'} onOpenChange={close} />
      <GoneDialog agent={agent} open={asking === 'gone'} onOpenChange={close} />
    </>
  )
}

function runningWords(agent: AgentDetail): string {
  if (agent.sessions.length === 0) return 'None runs there now.'
  return `${formatCount(agent.sessions.length, 'session')} there ${agent.sessions.length === 1 ? 'goes' : 'go'} on.`
}
