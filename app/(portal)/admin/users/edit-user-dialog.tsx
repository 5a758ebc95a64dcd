'use client'
import { useRouter } from 'next/navigation'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { toast } from '@/components/ui/toast'
import { useAction } from '@/lib/client/use-action'
import { updateUserAction } from './actions'
import type { UserDialogProps } from './user-dialog-props'
import { UserForm, type UserFormValues } from './user-form'

export function EditUserDialog({ user, own, open, onOpenChange }: UserDialogProps & { own: boolean }) {
  const router = useRouter()
  const { run, pending, failure, reset } = useAction(updateUserAction)
  const form = `edit-${user.id}`

  async function save({ name: _, role, ...fields }: UserFormValues) {
    const result = await run({ userId: user.id, ...fields, ...(own ? {} : { role }) })
    if (!result.ok) return
    toast.ok(`${user.name} is saved`)
    onOpenChange(false)
    router.refresh()
  }

  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        reset()
        onOpenChange(next)
      }}
      title={`Edit ${user.name}`}
      description="A new role signs this person out everywhere."
      footer={
        <>
          <Button variant="ghost" onClick={() => onOpenChange(false)}>
            Cancel
          </Button>
          <Button type="submit" form={form} variant="primary" pending={pending}>
            Save
          </Button>
        </>
      }
    >
      <UserForm
        id={form}
        initial={valuesOf(user)}
        nameFixed
        roleFixed={own}
        failure={failure}
        onSubmit={(values) => void save(values)}
      />
    </Dialog>
  )
}

function valuesOf(user: UserDialogProps['user']): UserFormValues {
  const { name, displayName, role, maxSessions, maxCpuMillis, maxMemoryBytes, maxGpus, timeLimitSeconds } = user
  return { name, displayName, role, maxSessions, maxCpuMillis, maxMemoryBytes, maxGpus, timeLimitSeconds }
}
