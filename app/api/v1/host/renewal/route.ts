import { renewCertificateOperation } from '@/app/api/v1/host/operations'
import { routes } from '@/lib/web/route'

export const { GET, POST, PUT, PATCH, DELETE } = routes({ POST: renewCertificateOperation })
