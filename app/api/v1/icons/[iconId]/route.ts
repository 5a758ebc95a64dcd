import { getIconOperation } from '@/app/api/v1/icons/operations'
import { routes } from '@/lib/web/route'

export const { GET, POST, PUT, PATCH, DELETE } = routes({ GET: getIconOperation })
