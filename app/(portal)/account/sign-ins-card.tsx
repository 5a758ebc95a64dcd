'use client'
import { useRouter } from 'next/navigation'
import { SignOutButton } from '@/components/account/sign-out-button'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { RelativeTime } from '@/components/ui/relative-time'
import { toast } from '@/components/ui/toast'
import { useAction } from '@/lib/client/use-action'
import type { SignInView } from '@/lib/domain/user-view'
import { endSignInAction } from './actions'
import { browserName } from './browser-name'

export function SignInsCard({ signIns }: { signIns: SignInView[] }) {
  return (
    <Card
      title="Sign-ins"
      description="Where you are signed in. Ending one closes its desktops' windows; the sessions go on."
      flush
    >
      <ul className="divide-y divide-line border-line border-t">
        {signIns.map((signIn) => (
          <SignInRow key={signIn.id} signIn={signIn} />
        ))}
      </ul>
    </Card>
  )
}

function SignInRow({ signIn }: { signIn: SignInView }) {
  const router = useRouter()
  const { run, pending } = useAction(endSignInAction, {
    onSuccess: () => {
      toast.ok('The sign-in is ended')
      router.refresh()
    },
    onFailure: toast.failure,
  })
  return (
    <li className="flex items-center gap-4 px-4 py-3">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2">
          <span className="truncate font-medium" title={signIn.userAgent}>
            {browserName(signIn.userAgent)}
          </span>
          {signIn.current && <Badge tone="accent">This one</Badge>}
        </p>
        <p className="text-muted text-xs">
          {signIn.address && <span className="font-mono">{signIn.address}</span>} signed in{' '}
          <RelativeTime time={signIn.createdAt} />, last seen <RelativeTime time={signIn.lastSeenAt} />
        </p>
      </div>
      {signIn.current ? (
        <SignOutButton />
      ) : (
        <Button pending={pending} onClick={() => void run({ signInId: signIn.id })}>
          End
        </Button>
      )}
    </li>
  )
}
