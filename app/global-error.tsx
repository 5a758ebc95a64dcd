'use client'
import './globals.css'

type GlobalErrorProps = { error: Error & { digest?: string } }

/** Stands in for the whole document when even the root layout failed: plain elements only, so that nothing else can fail. */
export default function GlobalError({ error }: GlobalErrorProps) {
  return (
    <html lang="en">
      <body>
        <title>Berth could not be shown</title>
        <main className="mx-auto flex min-h-dvh max-w-md flex-col justify-center gap-3 px-4 text-center">
          <h1 className="font-semibold text-xl">Berth could not be shown</h1>
          <p className="text-muted">Something went wrong on our side. Running sessions are not affected.</p>
          <p>
            <a href="/" className="font-medium text-accent-ink underline underline-offset-2">
              Load the page again
            </a>
          </p>
          {error.digest && (
            <p className="text-muted text-xs">
              Reference <code className="select-all">{error.digest}</code>
            </p>
          )}
        </main>
      </body>
    </html>
  )
}
