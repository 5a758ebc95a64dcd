'use client'
import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { toast } from '@/components/ui/toast'
import { formatCount } from '@/lib/client/format'
import { useAction } from '@/lib/client/use-action'
import type { HomeView } from '@/lib/domain/user-view'
import { deleteUserAction, describeUserAction } from './actions'
import type { UserDialogProps } from './user-dialog-props'

export function DeleteUserDialog({ user, open, onOpenChange }: UserDialogProps) {
  const router = useRouter()
  const [homes, setHomes] = useState<HomeView[]>([])
  const { run: describe, failure } = useAction(describeUserAction, { onSuccess: (detail) => setHomes(detail.homes) })

  useEffect(() => {
    if (open) void describe({ userId: user.id })
  }, [open, describe, user.id])

  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Delete ${user.name}?`}
      confirmLabel={`Delete ${user.name}`}
      typeToConfirm={user.name}
      items={homes.map((home) => `${home.volumeName}${home.agentName ? ` on ${home.agentName}` : ''}`)}
      onConfirm={async () => {
        const result = await deleteUserAction({ userId: user.id })
        if (result.ok) {
          const left = result.data.leftHomes.length
          const description = left > 0 ? `${formatCount(left, 'volume')} with files stay on the agents.` : undefined
          toast.ok(`${user.name} is deleted`, { description })
          router.refresh()
        }
        return result
      }}
    >
      <p>The account, its API keys and the history of its sessions are removed for good. Sessions must be deleted first.</p>
      {failure && <p className="mt-2">What it leaves behind could not be read: {failure.message}</p>}
      {homes.length > 0 && (
        <p className="mt-2">
          Files are not deleted: these volumes stay on their agents until someone removes them there. Nobody is given them again.
        </p>
      )}
    </ConfirmDialog>
  )
}
