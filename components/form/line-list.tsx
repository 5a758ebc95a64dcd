'use client'
import { useId } from 'react'
import { Input } from '@/components/ui/input'
import { Textarea } from '@/components/ui/textarea'
import { RowList } from './row-list'

type LineListProps = {
  value: string[]
  onChange: (lines: string[]) => void
  thing: string
  placeholder?: string
  max: number
  suggestions?: readonly string[]
  /** Arguments of a command may hold line breaks. */
  multiline?: boolean
  problemOf: (index: number) => string | undefined
}

/** A list of single texts: addresses, groups, devices, arguments. */
export function LineList({
  value,
  onChange,
  thing,
  placeholder,
  max,
  suggestions = [],
  multiline = false,
  problemOf,
}: LineListProps) {
  const listId = useId()
  return (
    <>
      <RowList rows={value} onChange={onChange} blank={() => ''} thing={thing} max={max} problemOf={problemOf}>
        {(line, update, index) => {
          const common = {
            'aria-label': `${thing} ${index + 1}`,
            'aria-invalid': problemOf(index) ? true : undefined,
            placeholder,
            value: line,
            className: 'font-mono',
          } as const
          return multiline ? (
            <Textarea {...common} mono rows={1} className="min-h-9! font-mono" onChange={(event) => update(event.target.value)} />
          ) : (
            <Input
              {...common}
              autoComplete="off"
              spellCheck={false}
              {...(suggestions.length > 0 ? { list: listId } : {})}
              onChange={(event) => update(event.target.value)}
            />
          )
        }}
      </RowList>
      {suggestions.length > 0 && (
        <datalist id={listId}>
          {suggestions.map((suggestion) => (
            <option key={suggestion} value={suggestion} />
          ))}
        </datalist>
      )}
    </>
  )
}
