'use client'
import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { useTransition } from 'react'
import { tableHref } from '@/lib/client/table-url'
import { SearchInput } from './search-input'

type UrlSearchProps = { label: string; param?: string; slash?: boolean; className?: string }

/** A search whose words live in the address; the server does the searching. */
export function UrlSearch({ label, param = 'search', slash = true, className }: UrlSearchProps) {
  const { value, set, pending } = useUrlParam(param)
  return (
    <SearchInput
      label={label}
      value={value}
      onChange={set}
      pending={pending}
      slash={slash}
      className={className ?? 'w-64 max-w-full flex-1 sm:flex-none'}
    />
  )
}

/** One parameter of the address, and a way to change it that starts over at page one. */
export function useUrlParam(param: string) {
  const router = useRouter()
  const path = usePathname()
  const query = useSearchParams()
  const [pending, startTransition] = useTransition()
  const value = query.get(param) ?? ''

  function set(next: string) {
    if (next === value) return
    const params = Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name)]))
    startTransition(() => router.replace(tableHref({ path, params }, { [param]: next }), { scroll: false }))
  }

  return { value, set, pending }
}
