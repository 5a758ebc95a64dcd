'use client'
import { Plus, X } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { Button } from '@/components/ui/button'
import { IconButton } from '@/components/ui/icon-button'

type RowListProps<T> = {
  rows: readonly T[]
  onChange: (rows: T[]) => void
  blank: () => T
  /** "variable": the buttons are named after it. */
  thing: string
  /** What stands there while there is none. */
  empty?: ReactNode
  max: number
  /** A sentence about the whole row, below it. */
  problemOf?: (index: number) => string | undefined
  children: (row: T, update: (change: Partial<T> | T) => void, index: number) => ReactNode
}

/** Rows that are added and taken away one by one: a new one gets the focus, and taking one away gives it back. */
export function RowList<T>({ rows, onChange, blank, thing, empty, max, problemOf, children }: RowListProps<T>) {
  const list = useRef<HTMLUListElement>(null)
  const addButton = useRef<HTMLDivElement>(null)
  const added = useRef(false)

  useEffect(() => {
    if (!added.current) return
    added.current = false
    list.current?.querySelector<HTMLElement>('li:last-child :is(input, select, textarea)')?.focus()
  })

  function update(index: number, change: Partial<T> | T) {
    onChange(rows.map((row, at) => (at === index ? merged(row, change) : row)))
  }

  function remove(index: number) {
    onChange(rows.filter((_, at) => at !== index))
    addButton.current?.querySelector('button')?.focus()
  }

  return (
    <div className="flex flex-col gap-2">
      {rows.length === 0 && empty && <p className="text-muted text-xs">{empty}</p>}
      {rows.length > 0 && (
        <ul ref={list} className="flex flex-col gap-2">
          {rows.map((row, index) => (
            <li key={index} className="min-w-0">
              <div className="flex items-start gap-1.5">
                <div className="min-w-0 flex-1">{children(row, (change) => update(index, change), index)}</div>
                <IconButton label={`Remove ${thing} ${index + 1}`} onClick={() => remove(index)}>
                  <X aria-hidden="true" />
                </IconButton>
              </div>
              <RowProblem text={problemOf?.(index)} />
            </li>
          ))}
        </ul>
      )}
      <div ref={addButton}>
        <Button
          size="sm"
          disabled={rows.length >= max}
          onClick={() => {
            added.current = true
            onChange([...rows, blank()])
          }}
        >
          <Plus aria-hidden="true" />
          Add {thing}
        </Button>
      </div>
    </div>
  )
}

export function RowProblem({ text }: { text: string | undefined }) {
  if (!text) return null
  return (
    <p role="status" className="mt-1 text-danger text-xs">
      {text}
    </p>
  )
}

function merged<T>(row: T, change: Partial<T> | T): T {
  return typeof row === 'object' ? { ...row, ...change } : (change as T)
}
