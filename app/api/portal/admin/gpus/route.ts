import { GpuTableQuery } from '@/lib/domain/gpu-view'
import { gpuDashboard } from '@/lib/use-cases/list-gpus'
import { operation } from '@/lib/web/operation'
import { routes } from '@/lib/web/route'

const dashboard = operation({
  name: 'portal.gpu.dashboard',
  method: 'GET',
  path: '/portal/admin/gpus',
  summary: 'A page of the administrators’ dashboard of GPUs, with the queue',
  query: GpuTableQuery,
  run: ({ actor, deps, query }) => gpuDashboard(deps, actor, query),
})

export const { GET, POST, PUT, PATCH, DELETE } = routes({ GET: dashboard })
