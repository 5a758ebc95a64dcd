'use client'
import { useRouter } from 'next/navigation'
import { useTransition } from 'react'
import { Button, buttonLook } from '@/components/ui/button'

type ErrorPageProps = { error: Error & { digest?: string }; reset: () => void }

/** Every page carries this one's code, so it is made of little. */
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
    <main
      id="main"
      role="alert"
      className="mx-auto flex min-h-dvh max-w-md flex-col items-center justify-center gap-3 px-4 text-center"
    >
      <h1 className="font-semibold text-xl">This page could not be shown</h1>
      <p className="text-muted">
        Something went wrong on our side, or the portal was updated while this tab was open. Running sessions are not affected.
      </p>
      <p>Try again. If it stays, reload the page, then give the reference to an administrator.</p>
      <div className="mt-2 flex gap-2">
        <Button onClick={retry} pending={retrying} pendingLabel="Trying…">
          Try again
        </Button>
        <a href="/" className={buttonLook({ variant: 'ghost' })}>
          Go to workspaces
        </a>
      </div>
      {error.digest && (
        <p className="text-muted text-xs">
          Reference <code className="select-all">{error.digest}</code>
        </p>
      )}
    </main>
  )
}
