import { LinkButton } from '@/components/ui/link-button'
import { Notice } from '@/components/ui/notice'
import type { HealthFinding, HealthSeverity } from '@/lib/domain/health'

const tones = { error: 'danger', warning: 'warn', note: 'info' } as const satisfies Record<HealthSeverity, string>

/** Worst first, each with its code, under which docs/health.md says more. */
export function HealthFindings({ findings }: { findings: HealthFinding[] }) {
  if (findings.length === 0)
    return (
      <Notice tone="ok" title="All is well">
        Nothing that is looked at needs you now.
      </Notice>
    )
  return (
    <ul aria-label="What was found" className="flex flex-col gap-2">
      {findings.map(({ code, severity, text, hint, href }) => (
        <li key={`${code}-${href}-${text}`}>
          <Notice
            tone={tones[severity]}
            title={text}
            action={
              href ? (
                <LinkButton href={href} size="sm">
                  Look<span className="sr-only"> at it: {text}</span>
                </LinkButton>
              ) : undefined
            }
          >
            {hint} <code className="text-xs">{code}</code>
          </Notice>
        </li>
      ))}
    </ul>
  )
}
