// The query string of a page. A hand-edited or outdated address shows the list with its defaults instead of an error.
import 'server-only'
import type { z } from 'zod'

export type SearchParams = Promise<Record<string, string | string[] | undefined>>

/** Values that the schema refuses are dropped one by one; every field of the schema needs a default. */
export async function parseSearchParams<S extends z.ZodObject>(schema: S, params: SearchParams): Promise<z.output<S>> {
  const given: Record<string, string> = {}
  for (const [key, value] of Object.entries(await params)) {
    if (typeof value !== 'string' || value.includes('\0')) continue
    const field = Object.hasOwn(schema.shape, key) ? schema.shape[key] : undefined
    if ((field as z.ZodType | undefined)?.safeParse(value).success) given[key] = value
  }
  return schema.parse(given)
}
