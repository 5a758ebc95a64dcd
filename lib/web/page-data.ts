// Reads for a page: what is not there, or not the reader's, is Next's not-found page; all else goes to the error boundary.
import 'server-only'
import { notFound } from 'next/navigation'
import { hasCode } from '@/lib/domain/errors'

export async function pageData<T>(read: Promise<T>): Promise<T> {
  try {
    return await read
  } catch (error) {
    if (hasCode(error, 'not_found', 'forbidden')) notFound()
    throw error
  }
}
