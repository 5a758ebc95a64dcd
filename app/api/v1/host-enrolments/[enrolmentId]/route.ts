import { getEnrolment, revokeEnrolment } from '@/app/api/v1/host-enrolments/operations'
import { routes } from '@/lib/web/route'

export const { GET, POST, PUT, PATCH, DELETE } = routes({ GET: getEnrolment, DELETE: revokeEnrolment })
