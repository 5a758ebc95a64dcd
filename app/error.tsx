'use client'
import { useRouter } from 'next/navigation'
import { useTransition } from 'react'
import { PlainPage } from '@/components/shell/plain-page'
import { buttonLook } from '@/components/ui/button'
import { ErrorState } from '@/components/ui/error-state'

type ErrorPageProps = { error: Error & { digest?: string }; reset: () => void }

export default function ErrorPage({ error, reset }: ErrorPageProps) {
  const router = useRouter()
  const [retrying, startRetry] = useTransition()

  // Resetting alone would show the failed answer again: the server has to be asked anew.
  function retry() {
    startRetry(() => {
      router.refresh()
      reset()
    })
  }

  return (
    <PlainPage>
      <ErrorState
        title="This page could not be shown"
        reason="Something went wrong on our side, or the portal was updated while this tab was open."
        hint="Try again. If it stays, reload the page, then give the reference to an administrator."
        reference={error.digest}
        onRetry={retry}
        retrying={retrying}
        action={
          <a href="/" className={buttonLook()}>
            Go to workspaces
          </a>
        }
      />
    </PlainPage>
  )
}
