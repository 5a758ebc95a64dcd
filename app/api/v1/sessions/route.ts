import { routes } from '@/lib/web/route'
import { createSession, listSessions } from './operations'

export const { GET, POST, PUT, PATCH, DELETE } = routes({ GET: listSessions, POST: createSession })
