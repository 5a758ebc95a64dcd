'use client'
import { useQuery } from '@tanstack/react-query'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { Dialog } from '@/components/ui/dialog'
import { LinkButton } from '@/components/ui/link-button'
import { toast } from '@/components/ui/toast'
import { imageQueries } from '@/lib/client/image-queries'
import { useAction } from '@/lib/client/use-action'
import { type SessionState, stateWords } from '@/lib/domain/session-lifecycle'
import type { ImageDetail } from '@/lib/domain/workspace-image-view'
import { deleteImageAction } from './actions'

type DeleteImageDialogProps = { image: { id: string; name: string; liveSessions: number }; onClose: () => void }

/** Says who holds it before anyone presses; the server refuses it for the same reason. */
export function DeleteImageDialog({ image, onClose }: DeleteImageDialogProps) {
  const detail = useQuery({ ...imageQueries.detail(image.id), staleTime: 0 })
  const remove = useAction(deleteImageAction, {
    invalidates: [imageQueries.all],
    onSuccess: () => toast.ok(`“${image.name}” is deleted`),
  })
  const holders = detail.data?.liveSessions ?? []
  const held = holders.length > 0 || (detail.data === undefined && image.liveSessions > 0)
  const close = (open: boolean) => !open && onClose()

  if (held) return <HeldDialog name={image.name} holders={holders} onClose={onClose} />
  return (
    <ConfirmDialog
      open
      onOpenChange={close}
      title={`Delete workspace “${image.name}”?`}
      confirmLabel="Delete workspace"
      pendingLabel="Deleting…"
      onConfirm={() => remove.run({ imageId: image.id })}
    >
      It disappears from the launcher at once. Stopped sessions of it and everyone’s homes stay; the Docker image stays on the
      agents.
    </ConfirmDialog>
  )
}

type HeldDialogProps = { name: string; holders: ImageDetail['liveSessions']; onClose: () => void }

function HeldDialog({ name, holders, onClose }: HeldDialogProps) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`“${name}” is in use`}
      description="It cannot be deleted while sessions of it run. Stop or delete these first, or switch it off so that no new one starts."
      size="sm"
      footer={
        <>
          <LinkButton href={`/admin/sessions?search=${encodeURIComponent(name)}`}>Show its sessions</LinkButton>
          <Button variant="primary" data-autofocus="" onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      <ul className="rounded-md border border-line bg-sunken px-3 py-2">
        {holders.length === 0 && <li className="text-muted">Looking who holds it…</li>}
        {holders.map((session) => (
          <li key={session.id} className="flex justify-between gap-3 py-0.5">
            <span className="min-w-0 truncate">{session.owner}</span>
            <span className="text-muted">{stateWords[session.state as SessionState]}</span>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}
