import { GpuRef } from '@/lib/domain/gpu-view'
import { getGpu } from '@/lib/use-cases/get-gpu'
import { operation } from '@/lib/web/operation'
import { routes } from '@/lib/web/route'

const one = operation({
  name: 'portal.gpu.get',
  method: 'GET',
  path: '/portal/admin/gpus/{gpuId}',
  summary: 'One GPU with its history and a day of its numbers, for its page',
  params: GpuRef,
  run: ({ actor, deps, params }) => getGpu(deps, actor, params),
})

export const { GET, POST, PUT, PATCH, DELETE } = routes({ GET: one })
