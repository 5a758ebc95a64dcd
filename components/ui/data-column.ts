import type { ReactNode } from 'react'

export type DataColumn<T> = {
  id: string
  header: string
  cell: (row: T) => ReactNode
  /** Sorted by the server under the column's id. */
  sortable?: boolean
  /** Which way the first press sorts. */
  firstDirection?: 'asc' | 'desc'
  /** At the right, in tabular figures. */
  numeric?: boolean
  hideBelow?: 'sm' | 'md' | 'lg' | 'xl'
  /** Its words are for screen readers only: columns of buttons. */
  hideHeader?: boolean
  /** Class for the width, "w-40"; long text is cut with an ellipsis. */
  width?: string
}

const hidden = { sm: 'max-sm:hidden', md: 'max-md:hidden', lg: 'max-lg:hidden', xl: 'max-xl:hidden' } as const

export function hideLook(hideBelow: DataColumn<never>['hideBelow']): string | undefined {
  return hideBelow && hidden[hideBelow]
}
