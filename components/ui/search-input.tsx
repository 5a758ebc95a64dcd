'use client'
import { type RefObject, useEffect, useRef, useState } from 'react'
import { cn } from '@/lib/client/cn'
import { controlHeight, controlLook } from './control-look'
import { Search, X } from './icons'
import { Kbd } from './kbd'

export type SearchInputProps = {
  /** What is searched: "Search workspaces". Name and placeholder. */
  label: string
  value: string
  /** Called once typing rests. */
  onChange: (value: string) => void
  /** 0 for lists filtered in the page. */
  delayMs?: number
  pending?: boolean
  /** Whether `/` brings the focus here; one per page. */
  slash?: boolean
  className?: string
}

export function SearchInput({
  label,
  value,
  onChange,
  delayMs = 250,
  pending = false,
  slash = true,
  className,
}: SearchInputProps) {
  const input = useRef<HTMLInputElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const [text, setText] = useState(value)
  const [told, setTold] = useState(value)
  useSlash(slash, input)
  useEffect(() => () => clearTimeout(timer.current), [])

  // The address changed by other means (back, a cleared filter): what it says now wins over what was typed before.
  if (value !== told) {
    setTold(value)
    if (value !== text.trim()) setText(value)
  }

  function type(next: string) {
    setText(next)
    clearTimeout(timer.current)
    const tell = () => onChange(next.trim())
    if (delayMs === 0) tell()
    else timer.current = setTimeout(tell, delayMs)
  }

  return (
    <search className={cn('relative block min-w-0', className)}>
      <Search
        aria-hidden="true"
        className={cn(
          'pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted',
          pending && 'animate-pulse-soft',
        )}
      />
      <input
        ref={input}
        type="search"
        aria-label={label}
        placeholder={label}
        value={text}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => type(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || text === '') return
          event.preventDefault()
          type('')
        }}
        className={cn(controlLook, controlHeight, 'peer pr-9 pl-9 [&::-webkit-search-cancel-button]:hidden')}
      />
      {text !== '' ? (
        <button
          type="button"
          aria-label="Clear search"
          onClick={() => {
            type('')
            input.current?.focus()
          }}
          className="absolute top-1/2 right-1.5 grid size-6 -translate-y-1/2 place-items-center rounded text-muted hover:bg-hover hover:text-ink"
        >
          <X aria-hidden="true" className="size-4" />
        </button>
      ) : (
        slash && (
          <span
            aria-hidden="true"
            className="pointer-events-none absolute top-1/2 right-2.5 -translate-y-1/2 peer-focus:hidden pointer-coarse:hidden"
          >
            <Kbd>/</Kbd>
          </span>
        )
      )}
    </search>
  )
}

function useSlash(enabled: boolean, input: RefObject<HTMLInputElement | null>) {
  useEffect(() => {
    if (!enabled) return
    function focus(event: KeyboardEvent) {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return
      const target = event.target as HTMLElement
      if (target.isContentEditable || target.matches('input, textarea, select') || document.querySelector('dialog:modal')) return
      event.preventDefault()
      input.current?.select()
    }
    document.addEventListener('keydown', focus)
    return () => document.removeEventListener('keydown', focus)
  }, [enabled, input])
}
