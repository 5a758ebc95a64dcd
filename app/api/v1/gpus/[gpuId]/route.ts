import { editGpuOperation, getGpuOperation } from '@/app/api/v1/gpus/operations'
import { routes } from '@/lib/web/route'

export const { GET, POST, PUT, PATCH, DELETE } = routes({ GET: getGpuOperation, PATCH: editGpuOperation })
