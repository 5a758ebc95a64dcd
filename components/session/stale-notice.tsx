'use client'
import { Button, buttonLook } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import type { Failure } from '@/lib/domain/failure'

/** The portal does not answer, or not to us: what stands on the page may be old, while a desktop may well go on streaming. */
export function StaleNotice({ failure }: { failure: Failure | null }) {
  if (!failure) return null
  const signedOut = failure.code === 'unauthenticated'
  return (
    <div className="relative z-20 border-line border-b bg-surface p-2">
      <Notice
        tone="warn"
        live
        title={failure.message}
        action={
          // Whole loads on purpose: after an upgrade the old page's own script is what does not fit any more.
          signedOut ? (
            <a href="/sign-in" className={buttonLook({ size: 'sm' })}>
              Sign in
            </a>
          ) : (
            failure.code === 'unexpected_answer' && (
              <Button size="sm" onClick={() => window.location.reload()}>
                Reload the page
              </Button>
            )
          )
        }
      >
        {signedOut ? 'Your sign-in has ended. The session itself goes on.' : failure.hint}
      </Notice>
    </div>
  )
}
