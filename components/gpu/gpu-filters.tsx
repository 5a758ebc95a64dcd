'use client'
import { LinkTabs } from '@/components/ui/link-tabs'
import { UrlSelect } from '@/components/ui/url-select'
import { type TableUrl, tableHref } from '@/lib/client/table-url'
import { gpuFilters, gpuStates } from '@/lib/domain/gpu-state'
import type { GpuDashboard, GpuTableQuery } from '@/lib/domain/gpu-view'
import { filterWords } from './gpu-look'

type GpuFiltersProps = { fleet: GpuDashboard; query: GpuTableQuery; url: TableUrl }

/** By state as tabs with their counts, by agent and model as lists; all of it lives in the address. */
export function GpuFilters({ fleet, query, url }: GpuFiltersProps) {
  const all = gpuStates.reduce((sum, state) => sum + fleet.counts[state], 0)
  const tabs = [
    { href: tableHref(url, { state: null }), label: 'All', current: query.state === '', count: all },
    ...gpuFilters
      // What nobody has now is not offered; what is chosen stays.
      .filter((filter) => fleet.counts[filter] > 0 || filter === query.state || filter === 'free' || filter === 'held')
      .map((filter) => ({
        href: tableHref(url, { state: filter }),
        label: filterWords[filter],
        current: query.state === filter,
        count: fleet.counts[filter],
      })),
  ]
  const agents = fleet.agents.map(({ id, name }) => ({ value: id, label: name }))
  const models = fleet.models.map((model) => ({ value: model, label: model }))
  return (
    <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
      <LinkTabs label="State" tabs={tabs} className="min-w-0 max-w-full" />
      <div className="flex flex-wrap gap-2">
        <UrlSelect label="Agent" param="agent" options={[{ value: '', label: 'All agents' }, ...agents]} />
        <UrlSelect label="Model" param="model" options={[{ value: '', label: 'All models' }, ...models]} />
      </div>
    </div>
  )
}
