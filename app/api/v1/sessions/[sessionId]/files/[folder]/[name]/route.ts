import { downloadFileOperation, uploadFileOperation } from '@/app/api/v1/sessions/file-operations'
import { routes } from '@/lib/web/route'

export const { GET, POST, PUT, PATCH, DELETE } = routes({ GET: downloadFileOperation, PUT: uploadFileOperation })
