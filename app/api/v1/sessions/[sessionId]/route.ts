import { deleteSessionOperation, getSessionOperation } from '@/app/api/v1/sessions/operations'
import { routes } from '@/lib/web/route'

export const { GET, POST, PUT, PATCH, DELETE } = routes({ GET: getSessionOperation, DELETE: deleteSessionOperation })
