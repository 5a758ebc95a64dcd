import type { ReactNode } from 'react'
import { cn } from '@/lib/client/cn'

export type Fact = { label: ReactNode; value: ReactNode; id?: string }

/** Names and their values: what is known about one thing. */
export function FactList({ facts, className }: { facts: readonly Fact[]; className?: string }) {
  return (
    <dl className={cn('grid grid-cols-[minmax(6rem,auto)_1fr] gap-x-6 gap-y-2', className)}>
      {facts.map((fact, index) => (
        <div key={fact.id ?? index} className="contents">
          <dt className="text-muted">{fact.label}</dt>
          <dd className="min-w-0 tabular-nums [overflow-wrap:anywhere]">{fact.value ?? '–'}</dd>
        </div>
      ))}
    </dl>
  )
}
