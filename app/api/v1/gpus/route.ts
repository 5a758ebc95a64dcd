import { routes } from '@/lib/web/route'
import { listGpus } from './operations'

export const { GET, POST, PUT, PATCH, DELETE } = routes({ GET: listGpus })
