import { routes } from '@/lib/web/route'
import { createEnrolment, listEnrolments } from './operations'

export const { GET, POST, PUT, PATCH, DELETE } = routes({ GET: listEnrolments, POST: createEnrolment })
