import type { Metadata } from 'next'
import { PlainPage } from '@/components/shell/plain-page'
import { EmptyState } from '@/components/ui/empty-state'
import { LinkButton } from '@/components/ui/link-button'

export const metadata: Metadata = { title: 'Not found' }

export default function NotFound() {
  return (
    <PlainPage>
      <EmptyState
        title="There is nothing here"
        action={
          <LinkButton href="/" variant="primary">
            Go to workspaces
          </LinkButton>
        }
      >
        The address may be mistyped, what it led to may have been deleted, or it belongs to someone else.
      </EmptyState>
    </PlainPage>
  )
}
