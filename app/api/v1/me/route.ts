import { routes } from '@/lib/web/route'
import { getMe } from './operations'

export const { GET, POST, PUT, PATCH, DELETE } = routes({ GET: getMe })
