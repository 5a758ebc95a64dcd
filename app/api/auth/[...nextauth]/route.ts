import { getAuth, postAuth } from '@/lib/web/auth-routes'

export const GET = getAuth
export const POST = postAuth
