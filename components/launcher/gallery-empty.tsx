import { EmptyState } from '@/components/ui/empty-state'
import { LinkButton } from '@/components/ui/link-button'

export function NoWorkspaces({ isAdmin }: { isAdmin: boolean }) {
  return (
    <EmptyState
      title="There is no workspace to launch yet"
      action={
        isAdmin && (
          <LinkButton href="/admin/images" variant="primary">
            Go to workspace images
          </LinkButton>
        )
      }
    >
      {isAdmin
        ? 'Make one, or switch one on that is hidden or disabled.'
        : 'An administrator has to make one, or switch one on. It then appears here by itself.'}
    </EmptyState>
  )
}

export function NoMatch() {
  return <EmptyState title="No workspace matches">Other words or another category may find it.</EmptyState>
}
