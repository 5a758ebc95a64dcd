// A table's state lives in the address: search, sort, direction, page and filters, so that it can be linked, reloaded and gone back to.

export type TableUrl = {
  path: string
  /** The page's search parameters as Next hands them over. */
  params: Readonly<Record<string, string | string[] | undefined>>
}

export type TablePatch = Record<string, string | number | null | undefined>

/** The same table with some of its state changed. null or '' takes a parameter away; whatever changes what is listed starts at page one. */
export function tableHref(url: TableUrl, patch: TablePatch): string {
  const next: TableUrl['params'] = { ...url.params, page: undefined, ...asParams(patch) }
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(next)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== '' && !(name === 'page' && one === '1')) query.append(name, one)
    }
  }
  const text = query.toString()
  return text ? `${url.path}?${text}` : url.path
}

function asParams(patch: TablePatch): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(patch).map(([name, value]) => [name, value === null || value === undefined ? undefined : String(value)]),
  )
}

export type Sort = { column: string; direction: 'asc' | 'desc' }

/** A press on a header: sort by it, or turn round what is already sorted by it. */
export function sortHref(url: TableUrl, sort: Sort | null, column: string, first: Sort['direction'] = 'asc'): string {
  const direction = sort?.column === column ? (sort.direction === 'asc' ? 'desc' : 'asc') : first
  return tableHref(url, { sort: column, direction })
}
