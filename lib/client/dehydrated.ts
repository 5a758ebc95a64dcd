// The server's half of a live page: what it already read, put where the page's queries look for it.
import { type DehydratedState, dehydrate, QueryClient, type QueryKey } from '@tanstack/react-query'

export function dehydratedWith(...reads: readonly (readonly [QueryKey, unknown])[]): DehydratedState {
  const client = new QueryClient()
  for (const [key, data] of reads) client.setQueryData(key, data)
  return dehydrate(client)
}
