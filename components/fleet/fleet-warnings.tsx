import { CircleCheck } from 'lucide-react'
import { LinkButton } from '@/components/ui/link-button'
import { Notice } from '@/components/ui/notice'
import type { FleetOverview } from '@/lib/domain/agent-view'

const SHOWN = 6

/** What needs a person, each with what to do. Quiet when there is nothing. */
export function FleetWarnings({ warnings }: { warnings: FleetOverview['warnings'] }) {
  if (warnings.length === 0) {
    return (
      <p className="flex items-center gap-2 text-muted">
        <CircleCheck aria-hidden="true" className="size-4 text-ok" />
        Nothing needs you now.
      </p>
    )
  }
  return (
    <section aria-label="What needs someone" className="flex flex-col gap-2">
      {warnings.slice(0, SHOWN).map((warning) => (
        <Notice
          key={`${warning.code}-${warning.href}-${warning.text}`}
          tone="warn"
          title={warning.text}
          action={
            warning.href ? (
              <LinkButton href={warning.href} size="sm">
                Look<span className="sr-only"> at it: {warning.text}</span>
              </LinkButton>
            ) : undefined
          }
        >
          {warning.hint}
        </Notice>
      ))}
      {warnings.length > SHOWN && <p className="text-muted text-xs">and {warnings.length - SHOWN} more.</p>}
      <div>
        <LinkButton href="/admin/health" size="sm">
          Open the health page
        </LinkButton>
      </div>
    </section>
  )
}
