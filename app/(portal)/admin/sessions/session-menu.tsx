'use client'
import { CircleStop, ListTree, MoreHorizontal, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { deleteSessionAction, stopSessionAction } from '@/app/(portal)/actions'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { DropdownMenu, MenuItem, MenuLink, MenuSeparator } from '@/components/ui/dropdown-menu'
import { toast } from '@/components/ui/toast'
import { fleetQueries } from '@/lib/client/fleet-queries'
import { useAction } from '@/lib/client/use-action'
import type { SessionView } from '@/lib/domain/session'
import { sessionOf } from '@/lib/domain/session-owner'

const invalidates = [fleetQueries.all]

/** What an administrator may do with a session: stop it and delete it. Nothing here looks into it. */
export function SessionMenu({ session }: { session: SessionView }) {
  const [asking, setAsking] = useState<'stop' | 'delete' | null>(null)
  const whose = sessionOf(`“${session.imageName}”`, session.owner)
  const stop = useAction(stopSessionAction, { invalidates, onSuccess: () => toast.ok(`${whose} is being stopped`) })
  const remove = useAction(deleteSessionAction, { invalidates, onSuccess: () => toast.ok(`${whose} is being deleted`) })
  const close = (open: boolean) => !open && setAsking(null)
  const can = (verb: 'stop' | 'delete') => session.verbs.includes(verb)
  return (
    <>
      <DropdownMenu label={`Actions for ${whose}`} trigger={<MoreHorizontal aria-hidden="true" />} icon size="sm">
        <MenuLink href={`/sessions/${session.id}`} icon={<ListTree aria-hidden="true" />}>
          Timeline
        </MenuLink>
        <MenuSeparator />
        <MenuItem
          danger
          icon={<CircleStop aria-hidden="true" />}
          disabled={!can('stop')}
          hint={can('stop') ? undefined : 'Not in its present state.'}
          onSelect={() => setAsking('stop')}
        >
          {session.state === 'queued' || session.state === 'starting' ? 'Cancel launch' : 'Stop'}
        </MenuItem>
        <MenuItem
          danger
          icon={<Trash2 aria-hidden="true" />}
          disabled={!can('delete')}
          hint={can('delete') ? undefined : 'Not in its present state.'}
          onSelect={() => setAsking('delete')}
        >
          Delete
        </MenuItem>
      </DropdownMenu>
      <ConfirmDialog
        open={asking === 'stop'}
        onOpenChange={close}
        title={`Stop ${whose}?`}
        confirmLabel="Stop session"
        pendingLabel="Stopping…"
        onConfirm={() => stop.run({ sessionId: session.id })}
      >
        Everything that runs in it ends, and what is not saved in the home or a volume is lost. {session.owner?.name} can start it
        again, perhaps on another agent and with other GPUs.
      </ConfirmDialog>
      <ConfirmDialog
        open={asking === 'delete'}
        onOpenChange={close}
        title={`Delete ${whose}?`}
        confirmLabel="Delete session"
        pendingLabel="Deleting…"
        onConfirm={() => remove.run({ sessionId: session.id })}
      >
        {session.owner
          ? `The container goes and cannot come back. The home of ${session.owner.name} and named volumes stay.`
          : 'Nobody has used it. The portal starts another one while its workspace keeps sessions ready.'}
      </ConfirmDialog>
    </>
  )
}
