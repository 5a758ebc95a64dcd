import type { KeyboardEvent, Ref } from 'react'
import { Search } from '@/components/ui/icons'
import { Input } from '@/components/ui/input'
import { Kbd } from '@/components/ui/kbd'

type TileSearchProps = {
  value: string
  onChange: (value: string) => void
  onKeyDown: (event: KeyboardEvent) => void
  ref: Ref<HTMLInputElement>
}

export function TileSearch({ value, onChange, onKeyDown, ref }: TileSearchProps) {
  return (
    <search className="relative min-w-48 flex-1 sm:max-w-80">
      <Search aria-hidden="true" className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted" />
      <Input
        ref={ref}
        type="search"
        aria-label="Search workspaces"
        aria-keyshortcuts="/"
        placeholder="Search workspaces"
        autoComplete="off"
        className="pr-9 pl-9"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {value === '' && (
        <span
          aria-hidden="true"
          className="pointer-events-none absolute top-1/2 right-2.5 -translate-y-1/2 pointer-coarse:hidden"
        >
          <Kbd>/</Kbd>
        </span>
      )}
    </search>
  )
}
