import { PageBody } from '@/components/shell/app-shell'
import { EmptyState } from '@/components/ui/empty-state'
import { LinkButton } from '@/components/ui/link-button'

export default function NotFound() {
  return (
    <PageBody>
      <EmptyState
        title="There is no such session"
        action={
          <LinkButton href="/" variant="primary">
            Back to workspaces
          </LinkButton>
        }
      >
        It was deleted, or it belongs to someone else. Homes are kept when sessions are deleted.
      </EmptyState>
    </PageBody>
  )
}
