import type { Metadata } from 'next'
import { PlainPage } from '@/components/shell/plain-page'
import { buttonLook } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'

export const metadata: Metadata = { title: 'Not found' }

export default function NotFound() {
  return (
    <PlainPage>
      <EmptyState
        title="There is nothing here"
        action={
          <a href="/" className={buttonLook({ variant: 'primary' })}>
            Go to workspaces
          </a>
        }
      >
        The address may be mistyped, what it led to may have been deleted, or it belongs to someone else.
      </EmptyState>
    </PlainPage>
  )
}
