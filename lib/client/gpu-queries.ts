// How pages read GPUs: often, because what they show is what is happening. Nothing is asked while the page is hidden.
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { GpuDashboard, GpuDetail, GpuTableQuery, SessionGpu } from '@/lib/domain/gpu-view'
import { getJson } from './get-json'
import { asThing } from './table-page'

const POLL_MS = 5_000
/** A page of one GPU carries a day of samples, of which there is a new one each minute. */
const DETAIL_POLL_MS = 10_000

const asDashboard = {
  parse(value: unknown): GpuDashboard {
    const read = value as Partial<GpuDashboard> | null
    if (!(Array.isArray(read?.gpus) && Array.isArray(read.queue) && read.counts)) throw new Error('not a dashboard')
    return read as GpuDashboard
  },
}

const asSessionGpus = {
  parse(value: unknown): SessionGpu[] {
    if (!Array.isArray(value)) throw new Error('not a list of GPUs')
    return value as SessionGpu[]
  },
}

export const gpuQueries = {
  all: ['gpus'] as const,

  dashboard: (query: GpuTableQuery) =>
    queryOptions({
      queryKey: [...gpuQueries.all, 'dashboard', query],
      queryFn: ({ signal }) => getJson('/api/portal/admin/gpus', { as: asDashboard, query, signal }),
      placeholderData: keepPreviousData,
      refetchInterval: POLL_MS,
    }),

  detail: (gpuId: string) =>
    queryOptions({
      queryKey: [...gpuQueries.all, 'detail', gpuId],
      queryFn: ({ signal }) =>
        getJson(`/api/portal/admin/gpus/${encodeURIComponent(gpuId)}`, { as: asThing<GpuDetail>(), signal }),
      refetchInterval: DETAIL_POLL_MS,
    }),

  ofSession: (sessionId: string) =>
    queryOptions({
      queryKey: [...gpuQueries.all, 'session', sessionId],
      queryFn: ({ signal }) =>
        getJson(`/api/portal/sessions/${encodeURIComponent(sessionId)}/gpus`, { as: asSessionGpus, signal }),
      refetchInterval: POLL_MS,
    }),
}
