import { routes } from '@/lib/web/route'
import { createImageOperation, listImages } from './operations'

export const { GET, POST, PUT, PATCH, DELETE } = routes({ GET: listImages, POST: createImageOperation })
