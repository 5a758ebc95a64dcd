'use server'
// What administrators do with a GPU.
import { EditGpu } from '@/lib/domain/gpu-view'
import { editGpu } from '@/lib/use-cases/edit-gpu'
import { action } from '@/lib/web/action'

export const editGpuAction = action({
  name: 'gpu.edit',
  input: EditGpu,
  run: ({ actor, deps, input }) => editGpu(deps, actor, input),
})
