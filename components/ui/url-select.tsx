'use client'
import { Select, type SelectOption } from './select'
import { useUrlParam } from './url-search'

type UrlSelectProps = {
  /** What is filtered; the accessible name. */
  label: string
  param: string
  /** The first one is "all", with the value ''. */
  options: readonly SelectOption[]
  className?: string
}

/** A filter whose choice lives in the address. */
export function UrlSelect({ label, param, options, className }: UrlSelectProps) {
  const { value, set } = useUrlParam(param)
  return (
    <Select
      aria-label={label}
      value={value}
      options={options}
      onChange={(event) => set(event.target.value)}
      className={className ?? 'w-auto! min-w-36'}
    />
  )
}
