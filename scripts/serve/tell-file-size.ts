// The size of a file, as browsers need it to show how much is left and to know that all of it came. Next takes Content-Length off the answers of
// routes, so they say it in a header of our own, which goes no further than this.
import type { ServerResponse } from 'node:http'
import { fileSizeHeader } from '@/lib/domain/session-files'

export function tellFileSize(res: ServerResponse): void {
  const writeHead = res.writeHead as (...args: unknown[]) => ServerResponse
  // Node itself calls it where nobody else does.
  res.writeHead = ((...args: unknown[]) => {
    const size = res.getHeader(fileSizeHeader)
    res.removeHeader(fileSizeHeader)
    if (size !== undefined) res.setHeader('content-length', size)
    return writeHead.apply(res, args)
  }) as typeof res.writeHead
}
