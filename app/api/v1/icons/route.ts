import { routes } from '@/lib/web/route'
import { createIcon } from './operations'

export const { GET, POST, PUT, PATCH, DELETE } = routes({ POST: createIcon })
