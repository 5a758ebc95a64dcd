// Reads for a page: what is not there, or not the reader's, is Next's not-found page; all else goes to the error boundary.
import 'server-only'
import { notFound } from 'next/navigation'
import { hasCode } from '@/lib/domain/errors'
import { currentRequestId, log } from '@/lib/log'

export async function pageData<T>(read: Promise<T>): Promise<T> {
  try {
    return await read
  } catch (error) {
    if (hasCode(error, 'not_found', 'forbidden')) notFound()
    // What Next shows as the reference of an error page.
    const requestId = currentRequestId()
    if (requestId !== null && error instanceof Error) Object.assign(error, { digest: requestId })
    log().error({ err: error }, 'a page could not be read')
    throw error
  }
}
