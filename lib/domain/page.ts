// Lists are pages: a cursor for the API, numbered pages with search and sort for tables.
import { z } from 'zod'

export const CursorQuery = z.strictObject({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export type CursorQuery = z.output<typeof CursorQuery>

export type CursorPage<T> = { items: T[]; nextCursor: string | null }

export const TableQuery = z.object({
  search: z.string().trim().max(200).default(''),
  page: z.coerce.number().int().min(1).max(100_000).default(1),
  size: z.coerce.number().int().min(1).max(200).default(25),
  sort: z.string().max(40).default(''),
  direction: z.enum(['asc', 'desc']).default('asc'),
})
export type TableQuery = z.output<typeof TableQuery>

export type TablePage<T> = { items: T[]; total: number; page: number; size: number }
