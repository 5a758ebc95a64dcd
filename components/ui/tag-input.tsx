'use client'
import { type KeyboardEvent, type Ref, useId, useState } from 'react'
import { cn } from '@/lib/client/cn'
import { X } from './icons'

export type TagInputProps = {
  ref?: Ref<HTMLInputElement>
  id?: string
  value: readonly string[]
  onChange: (tags: string[]) => void
  /** Offered while typing. */
  suggestions?: readonly string[]
  placeholder?: string
  maxTags?: number
  maxLength?: number
  disabled?: boolean
  className?: string
  'aria-describedby'?: string | undefined
  'aria-invalid'?: boolean | undefined
}

export function TagInput(props: TagInputProps) {
  const { id, value, onChange, suggestions = [], placeholder, maxTags = 20, maxLength = 40, disabled = false, className } = props
  const [text, setText] = useState('')
  const listId = useId()

  function add(raw: string) {
    const known = new Set(value.map((tag) => tag.toLowerCase()))
    const tags = raw
      .split(',')
      .map((tag) => tag.trim().slice(0, maxLength))
      .filter((tag) => tag !== '' && !known.has(tag.toLowerCase()))
    if (tags.length > 0) onChange([...value, ...new Set(tags)].slice(0, maxTags))
    setText('')
  }

  function onKey(event: KeyboardEvent<HTMLInputElement>) {
    if ((event.key === 'Enter' || event.key === ',') && text.trim() !== '') {
      event.preventDefault()
      add(text)
    } else if (event.key === 'Backspace' && text === '' && value.length > 0) {
      onChange(value.slice(0, -1))
    }
  }

  return (
    <div
      className={cn(
        'flex min-h-9 w-full flex-wrap items-center gap-1.5 rounded-md border border-control bg-surface px-2 py-1 hover:border-ink/60 pointer-coarse:min-h-11',
        'has-[input:focus-visible]:border-accent has-[input:focus-visible]:outline-2 has-[input:focus-visible]:-outline-offset-1 has-[input:focus-visible]:outline-accent',
        'has-[input[aria-invalid=true]]:border-danger has-disabled:bg-sunken',
        className,
      )}
    >
      {value.map((tag) => (
        <span
          key={tag}
          className="inline-flex max-w-full items-center gap-0.5 rounded border border-line bg-sunken pl-1.5 text-xs"
        >
          <span className="truncate py-0.5">{tag}</span>
          <button
            type="button"
            aria-label={`Remove ${tag}`}
            disabled={disabled}
            onClick={() => onChange(value.filter((other) => other !== tag))}
            className="grid size-6 place-items-center rounded text-muted hover:bg-hover hover:text-ink focus-visible:-outline-offset-2"
          >
            <X aria-hidden="true" className="size-3" />
          </button>
        </span>
      ))}
      <input
        ref={props.ref}
        id={id}
        type="text"
        value={text}
        list={suggestions.length > 0 ? listId : undefined}
        placeholder={value.length === 0 ? placeholder : undefined}
        disabled={disabled || value.length >= maxTags}
        autoComplete="off"
        aria-describedby={props['aria-describedby']}
        aria-invalid={props['aria-invalid']}
        onChange={(event) => (event.target.value.endsWith(',') ? add(event.target.value) : setText(event.target.value))}
        onKeyDown={onKey}
        onBlur={() => add(text)}
        className="h-6 min-w-24 flex-1 bg-transparent px-1 text-base outline-none sm:text-sm"
      />
      {suggestions.length > 0 && (
        <datalist id={listId}>
          {suggestions
            .filter((suggestion) => !value.includes(suggestion))
            .map((suggestion) => (
              <option key={suggestion} value={suggestion} />
            ))}
        </datalist>
      )}
    </div>
  )
}
