// What a page of a table looks like on the wire: looked at as far as a page cannot live without it.
import type { TablePage } from '@/lib/domain/page'

export function asTablePage<T>() {
  return {
    parse(value: unknown): TablePage<T> {
      const read = value as Partial<TablePage<T>> | null
      if (!(Array.isArray(read?.items) && typeof read.total === 'number')) throw new Error('not a page of a table')
      return read as TablePage<T>
    },
  }
}

/** A single thing with an identity. */
export function asThing<T extends { id: string }>() {
  return {
    parse(value: unknown): T {
      if (typeof (value as Partial<T> | null)?.id !== 'string') throw new Error('not a thing with an id')
      return value as T
    },
  }
}
