import { connectSessionOperation } from '@/app/api/v1/sessions/operations'
import { routes } from '@/lib/web/route'

export const { GET, POST, PUT, PATCH, DELETE } = routes({ POST: connectSessionOperation })
