'use client'
import { useQuery } from '@tanstack/react-query'
import { Layers, SearchX } from 'lucide-react'
import { DataTable } from '@/components/ui/data-table'
import { LinkButton } from '@/components/ui/link-button'
import { Pagination } from '@/components/ui/pagination'
import { UrlSearch } from '@/components/ui/url-search'
import { UrlSelect } from '@/components/ui/url-select'
import { imageQueries } from '@/lib/client/image-queries'
import { readFailure } from '@/lib/client/read-failure'
import type { TableUrl } from '@/lib/client/table-url'
import type { ImageTableQuery } from '@/lib/domain/workspace-image-view'
import { imageColumns } from './image-columns'

type ImageTableProps = { query: ImageTableQuery; categories: string[]; params: TableUrl['params'] }

export function ImageTable({ query, categories, params }: ImageTableProps) {
  const url: TableUrl = { path: '/admin/images', params }
  const read = useQuery(imageQueries.table(query))
  const filtered = query.search !== '' || query.category !== '' || query.enabled !== 'any'
  return (
    <DataTable
      caption="Workspace images"
      columns={imageColumns}
      rows={read.data?.items}
      rowKey={(image) => image.id}
      rowHref={(image) => `/admin/images/${image.id}`}
      url={url}
      sort={{ column: query.sort, direction: query.direction }}
      stale={read.isPlaceholderData}
      error={readFailure(read, 'The workspace images could not be read')}
      toolbar={<Toolbar categories={categories} />}
      empty={filtered ? nothingFound : nothingYet}
      footer={read.data && <Pagination url={url} page={read.data.page} size={read.data.size} total={read.data.total} />}
    />
  )
}

function Toolbar({ categories }: { categories: string[] }) {
  return (
    <>
      <UrlSearch label="Search workspace images" />
      <UrlSelect
        label="Category"
        param="category"
        options={[{ value: '', label: 'Every category' }, ...categories.map((name) => ({ value: name, label: name }))]}
      />
      <UrlSelect
        label="Enabled"
        param="enabled"
        options={[
          { value: '', label: 'On and off' },
          { value: 'yes', label: 'Enabled' },
          { value: 'no', label: 'Switched off' },
        ]}
      />
    </>
  )
}

const nothingYet = {
  title: 'No workspace images yet',
  text: 'Make the first one from any KasmVNC image, then clone it for every variation.',
  icon: <Layers aria-hidden="true" />,
  action: (
    <LinkButton href="/admin/images/new" variant="primary">
      New workspace image
    </LinkButton>
  ),
}

const nothingFound = {
  title: 'Nothing matches',
  text: 'No workspace image has these words in its name, reference, description or categories.',
  icon: <SearchX aria-hidden="true" />,
  action: <LinkButton href="/admin/images">Show all</LinkButton>,
}
