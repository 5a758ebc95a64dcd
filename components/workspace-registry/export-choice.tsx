'use client'
import { Download } from 'lucide-react'
import { useState } from 'react'
import { Button, buttonLook } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Checkbox } from '@/components/ui/checkbox'
import { formatCount } from '@/lib/client/format'
import type { ExportRow } from '@/lib/domain/workspace-registry'

export function ExportChoice({ rows }: { rows: readonly ExportRow[] }) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(rows.map(({ id }) => id)))
  const all = chosen.size === rows.length

  function toggle(id: string, on: boolean) {
    const next = new Set(chosen)
    if (on) next.add(id)
    else next.delete(id)
    setChosen(next)
  }

  const href = `/api/v1/registry/export${all ? '' : `?images=${[...chosen].join(',')}`}`
  const label = `Download ${formatCount(chosen.size, 'workspace')}`
  return (
    <Card
      flush
      footer={
        chosen.size === 0 ? (
          <Button variant="primary" disabled>
            Choose workspaces above
          </Button>
        ) : (
          <a href={href} download="berth-workspaces.json" className={buttonLook({ variant: 'primary' })}>
            <Download aria-hidden="true" />
            {label}
          </a>
        )
      }
    >
      <div className="border-line border-b px-4 py-2.5">
        <Checkbox
          label="All"
          checked={all}
          onChange={(event) => setChosen(new Set(event.target.checked ? rows.map(({ id }) => id) : []))}
        />
      </div>
      <ul className="divide-y divide-line">
        {rows.map((row) => (
          <li key={row.id} className="px-4 py-2.5 [overflow-wrap:anywhere]">
            <Checkbox
              label={<span className="font-medium">{row.name}</span>}
              hint={row.reference}
              checked={chosen.has(row.id)}
              onChange={(event) => toggle(row.id, event.target.checked)}
            />
            {row.leftOut.length > 0 && (
              <p className="mt-1 pl-6.5 text-warn text-xs">
                Left out: <span className="text-ink">{row.leftOut.join(' ')}</span>
              </p>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}
