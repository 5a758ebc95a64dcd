'use client'
import { useState } from 'react'
import { Card } from '@/components/ui/card'
import { Checkbox } from '@/components/ui/checkbox'
import { Notice } from '@/components/ui/notice'
import { SearchInput } from '@/components/ui/search-input'
import { formatCount } from '@/lib/client/format'
import type { Failure } from '@/lib/domain/failure'
import type { InstallRegistry, RegistryEntryView, RegistryPreview } from '@/lib/domain/workspace-registry'
import { InstallFooter } from './install-footer'
import { RegistryEntryItem } from './registry-entry-item'

export type Choice = Pick<InstallRegistry, 'keys' | 'enabled' | 'fetchIcons'>

type RegistryChoiceProps = {
  preview: RegistryPreview
  pending: boolean
  failure: Failure | null
  onInstall: (choice: Choice) => void
}

export function RegistryChoice({ preview, pending, failure, onInstall }: RegistryChoiceProps) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [search, setSearch] = useState('')
  const shown = preview.entries.filter((entry) => matches(entry, search))
  const possible = shown.filter((entry) => entry.fields !== null)

  function toggle(key: string, on: boolean) {
    const next = new Set(chosen)
    if (on) next.add(key)
    else next.delete(key)
    setChosen(next)
  }

  const all = possible.length > 0 && possible.every((entry) => chosen.has(entry.key))
  return (
    <Card
      flush
      title={preview.name}
      description={`${formatCount(preview.entries.length, 'workspace')}. Open one to see what becomes of each field.`}
      footer={
        <InstallFooter
          count={chosen.size}
          addresses={preview.entries.filter((entry) => chosen.has(entry.key) && entry.icon === 'address').length}
          pending={pending}
          failure={failure}
          onInstall={(how) => onInstall({ keys: [...chosen], ...how })}
        />
      }
    >
      {preview.notes.map((note) => (
        <Notice key={note} tone="warn" className="mx-4 mb-3">
          {note}
        </Notice>
      ))}
      <div className="flex flex-wrap items-center justify-between gap-3 border-line border-y px-4 py-2.5">
        <Checkbox
          label={search === '' ? 'All that can be installed' : 'All that are found'}
          checked={all}
          disabled={possible.length === 0}
          onChange={(event) => {
            const next = new Set(chosen)
            for (const { key } of possible) event.target.checked ? next.add(key) : next.delete(key)
            setChosen(next)
          }}
        />
        <SearchInput label="Search the registry" value={search} onChange={setSearch} delayMs={0} />
      </div>
      {shown.length === 0 && <p className="px-4 py-8 text-center text-muted">No workspace of this registry has these words.</p>}
      <ul className="divide-y divide-line">
        {shown.map((entry) => (
          <RegistryEntryItem
            key={entry.key}
            entry={entry}
            chosen={chosen.has(entry.key)}
            onChoose={(on) => toggle(entry.key, on)}
          />
        ))}
      </ul>
    </Card>
  )
}

function matches({ name, fields }: RegistryEntryView, search: string): boolean {
  const words = search.trim().toLowerCase()
  if (words === '') return true
  return [name, fields?.reference, fields?.description, ...(fields?.categories ?? [])].some((text) =>
    text?.toLowerCase().includes(words),
  )
}
