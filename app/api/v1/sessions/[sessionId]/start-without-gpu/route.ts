import { startWithoutGpuOperation } from '@/app/api/v1/sessions/state-operations'
import { routes } from '@/lib/web/route'

export const { GET, POST, PUT, PATCH, DELETE } = routes({ POST: startWithoutGpuOperation })
