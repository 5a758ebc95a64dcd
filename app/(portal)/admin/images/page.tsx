import { HydrationBoundary } from '@tanstack/react-query'
import { Download, PackagePlus, Plus } from 'lucide-react'
import type { Metadata } from 'next'
import { LinkButton } from '@/components/ui/link-button'
import { PageHeader } from '@/components/ui/page-header'
import { dehydratedWith } from '@/lib/client/dehydrated'
import { imageQueries } from '@/lib/client/image-queries'
import { ImageTableQuery } from '@/lib/domain/workspace-image-view'
import { listCategories, tableImages } from '@/lib/use-cases/list-images'
import { deps } from '@/lib/web/deps'
import { pageData } from '@/lib/web/page-data'
import { requirePageActor } from '@/lib/web/require-actor'
import { parseSearchParams, type SearchParams } from '@/lib/web/search-params'
import { ImageTable } from './image-table'

export const metadata: Metadata = { title: 'Workspace images' }

export default async function ImagesPage({ searchParams }: { searchParams: SearchParams }) {
  const actor = await requirePageActor({ permission: 'image:manage' })
  const query = await parseSearchParams(ImageTableQuery, searchParams)
  const [table, categories] = await pageData(Promise.all([tableImages(deps(), actor, query), listCategories(deps(), actor)]))
  return (
    <>
      <PageHeader
        title="Workspace images"
        description="What people can launch. Clone one, change what is different, and try it."
        actions={
          <>
            <LinkButton href="/admin/images/export">
              <Download aria-hidden="true" />
              Export
            </LinkButton>
            <LinkButton href="/admin/images/import">
              <PackagePlus aria-hidden="true" />
              Install from a registry
            </LinkButton>
            <LinkButton href="/admin/images/new" variant="primary">
              <Plus aria-hidden="true" />
              New workspace image
            </LinkButton>
          </>
        }
      />
      <HydrationBoundary state={dehydratedWith([imageQueries.table(query).queryKey, table])}>
        <ImageTable query={query} categories={categories} params={await searchParams} />
      </HydrationBoundary>
    </>
  )
}
