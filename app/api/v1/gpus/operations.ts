// GPUs over the API, for administrators.

import { pageOf } from '@/app/api/v1/answers'
import { GpuAnswer, GpuDetailAnswer } from '@/app/api/v1/gpu-answers'
import { given } from '@/lib/domain/given'
import { GpuListQuery, GpuPatch, GpuRef } from '@/lib/domain/gpu-view'
import { editGpu } from '@/lib/use-cases/edit-gpu'
import { getGpu } from '@/lib/use-cases/get-gpu'
import { pageGpus } from '@/lib/use-cases/list-gpus'
import { operation } from '@/lib/web/operation'

export const listGpus = operation({
  name: 'gpu.list',
  method: 'GET',
  path: '/gpus',
  summary: 'List the GPUs of the fleet with who holds them; `state=free` for those that are',
  query: GpuListQuery,
  answer: pageOf(GpuAnswer),
  run: ({ actor, deps, query }) => pageGpus(deps, actor, query),
})

export const getGpuOperation = operation({
  name: 'gpu.get',
  method: 'GET',
  path: '/gpus/{gpuId}',
  summary: 'Get a GPU with who held it and a day of its numbers',
  params: GpuRef,
  answer: GpuDetailAnswer,
  run: ({ actor, deps, params }) => getGpu(deps, actor, params),
})

export const editGpuOperation = operation({
  name: 'gpu.edit',
  method: 'PATCH',
  path: '/gpus/{gpuId}',
  summary: 'Exclude a GPU, share it, or hand it out although others use it. Fewer shares than sessions hold it are refused',
  params: GpuRef,
  body: GpuPatch,
  answer: GpuAnswer,
  run: ({ actor, deps, params: { gpuId }, input }) => editGpu(deps, actor, { gpuId, patch: given(input) }),
})
