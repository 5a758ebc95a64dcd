import { AppLink } from '@/components/ui/app-link'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { LinkButton } from '@/components/ui/link-button'
import { Notice } from '@/components/ui/notice'
import { formatCount } from '@/lib/client/format'
import type { InstalledWorkspace } from '@/lib/domain/workspace-registry'

type InstalledListProps = { installed: readonly InstalledWorkspace[]; onAgain: () => void }

export function InstalledList({ installed, onAgain }: InstalledListProps) {
  return (
    <div className="flex flex-col gap-5">
      <Notice
        tone="ok"
        live
        title={`${formatCount(installed.length, 'workspace')} installed`}
        action={
          <>
            <Button onClick={onAgain}>Install more</Button>
            <LinkButton href="/admin/images" variant="primary">
              To the workspace images
            </LinkButton>
          </>
        }
      >
        Look at each in its form: resources, who may have it, and where it may run are yours to say.
      </Notice>
      <Card flush>
        <ul className="divide-y divide-line">
          {installed.map((one) => (
            <li key={one.imageId} className="flex flex-wrap justify-between gap-x-4 gap-y-1 px-4 py-2.5">
              <AppLink href={`/admin/images/${one.imageId}`} className="font-medium hover:underline">
                {one.name}
              </AppLink>
              {one.iconProblem && <span className="text-muted text-xs">Built-in picture: {one.iconProblem}</span>}
            </li>
          ))}
        </ul>
      </Card>
    </div>
  )
}
