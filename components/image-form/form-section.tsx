import type { ReactNode } from 'react'
import { cn } from '@/lib/client/cn'

type FormSectionProps = { id: string; title: string; description?: ReactNode; children: ReactNode; className?: string }

export function FormSection({ id, title, description, children, className }: FormSectionProps) {
  return (
    <section
      id={id}
      aria-labelledby={`${id}-title`}
      className={cn('scroll-mt-20 rounded-lg border border-line bg-surface shadow-card', className)}
    >
      <header className="border-line border-b px-4 py-3 sm:px-5">
        <h2 id={`${id}-title`} className="font-semibold">
          {title}
        </h2>
        {description && <p className="mt-0.5 max-w-prose text-muted text-xs">{description}</p>}
      </header>
      <div className="grid gap-5 p-4 sm:grid-cols-2 sm:p-5">{children}</div>
    </section>
  )
}

/** Across both columns of a section. */
export const wide = 'sm:col-span-2'
