'use client'
import { UserPlus } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { ShownOnce } from '@/components/account/shown-once'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { useAction } from '@/lib/client/use-action'
import { createUserAction } from './actions'
import { UserForm, type UserFormValues } from './user-form'

const empty: UserFormValues = {
  name: '',
  displayName: '',
  role: 'user',
  maxSessions: null,
  maxCpuMillis: null,
  maxMemoryBytes: null,
  maxGpus: null,
  timeLimitSeconds: null,
}

export function NewUserButton() {
  const router = useRouter()
  const [open, setOpen] = useState(false)
  const [made, setMade] = useState<{ name: string; password: string } | null>(null)
  const { run, pending, failure, reset } = useAction(createUserAction)

  async function create(values: UserFormValues) {
    const result = await run(values)
    if (result.ok) setMade({ name: result.data.user.name, password: result.data.password ?? '' })
  }

  function close() {
    setOpen(false)
    if (made) router.refresh()
    setMade(null)
    reset()
  }

  return (
    <>
      <Button variant="primary" onClick={() => setOpen(true)}>
        <UserPlus aria-hidden="true" />
        New person
      </Button>
      <Dialog
        open={open}
        onOpenChange={close}
        title={made ? `${made.name} can sign in now` : 'New person'}
        dismissible={made === null}
        footer={
          made ? (
            <Button variant="primary" onClick={close}>
              Done
            </Button>
          ) : (
            <>
              <Button variant="ghost" onClick={close}>
                Cancel
              </Button>
              <Button type="submit" form="new-user" variant="primary" pending={pending}>
                Create person
              </Button>
            </>
          )
        }
      >
        {made ? (
          <FirstPassword password={made.password} />
        ) : (
          <UserForm
            id="new-user"
            initial={empty}
            nameFixed={false}
            failure={failure}
            onSubmit={(values) => void create(values)}
          />
        )}
      </Dialog>
    </>
  )
}

export function FirstPassword({ password }: { password: string }) {
  return (
    <div className="flex flex-col gap-3">
      <p>Hand this password over. It holds for one sign-in, at which a new one must be chosen.</p>
      <ShownOnce label="Password" text={password} />
    </div>
  )
}
