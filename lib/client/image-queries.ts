// How the administrators' pages read workspace images. The keys start with "images", so that every change can tell them all.
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { ImageDetail, ImageRow, ImageTableQuery } from '@/lib/domain/workspace-image-view'
import { getJson } from './get-json'
import { asTablePage, asThing } from './table-page'

const POLL_MS = 15_000

export const imageQueries = {
  all: ['images'] as const,

  table: (query: ImageTableQuery) =>
    queryOptions({
      queryKey: [...imageQueries.all, 'table', query],
      queryFn: ({ signal }) => getJson('/api/portal/admin/images', { as: asTablePage<ImageRow>(), query, signal }),
      placeholderData: keepPreviousData,
      refetchInterval: POLL_MS,
    }),

  detail: (imageId: string) =>
    queryOptions({
      queryKey: [...imageQueries.all, 'detail', imageId],
      queryFn: ({ signal }) =>
        getJson(`/api/portal/admin/images/${encodeURIComponent(imageId)}`, { as: asThing<ImageDetail>(), signal }),
    }),
}
