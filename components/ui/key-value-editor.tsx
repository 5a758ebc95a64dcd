'use client'
import { type ClipboardEvent, useRef } from 'react'
import { cn } from '@/lib/client/cn'
import { Button } from './button'
import { IconButton } from './icon-button'
import { X } from './icons'
import { Input } from './input'
import { Textarea } from './textarea'
import { Plus } from './work-icons'

export type KeyValue = { key: string; value: string }

export type KeyValueEditorProps = {
  value: readonly KeyValue[]
  onChange: (rows: KeyValue[]) => void
  /** Words for the two columns: "Name" and "Value" unless told otherwise. */
  keyLabel?: string
  valueLabel?: string
  keyPlaceholder?: string
  valuePlaceholder?: string
  /** What a row is called on the button: "Add variable". */
  addLabel?: string
  /** "3.key" or "3.value" → what is wrong there. */
  errors?: Readonly<Record<string, string>>
  disabled?: boolean
  maxRows?: number
  id?: string
  className?: string
}

/** Rows of pairs. Pasting lines of KEY=VALUE into a name makes a row of each. */
export function KeyValueEditor(props: KeyValueEditorProps) {
  const { value: rows, onChange, addLabel = 'Add row', disabled = false, maxRows = 200, id, className } = props
  const box = useRef<HTMLDivElement>(null)
  const change = (index: number, patch: Partial<KeyValue>) =>
    onChange(rows.map((row, at) => (at === index ? { ...row, ...patch } : row)))

  function focusKey(index: number) {
    // The row exists only after the form has taken the change in.
    requestAnimationFrame(() => box.current?.querySelectorAll<HTMLInputElement>('[data-key]')[index]?.focus())
  }

  function add() {
    onChange([...rows, { key: '', value: '' }])
    focusKey(rows.length)
  }

  function remove(index: number) {
    onChange(rows.filter((_, at) => at !== index))
    focusKey(Math.max(0, index - 1))
  }

  function paste(index: number, text: string): boolean {
    const pairs = pairsIn(text)
    if (pairs.length === 0) return false
    onChange([...rows.slice(0, index), ...pairs, ...rows.slice(index + 1)].slice(0, maxRows))
    return true
  }

  return (
    <div ref={box} id={id} className={cn('flex flex-col gap-2', className)}>
      {rows.map((row, index) => (
        <Row key={index} {...props} row={row} index={index} onRow={change} onRemove={remove} onPasted={paste} />
      ))}
      <div>
        <Button size="sm" onClick={add} disabled={disabled || rows.length >= maxRows}>
          <Plus aria-hidden="true" />
          {addLabel}
        </Button>
      </div>
    </div>
  )
}

type RowProps = KeyValueEditorProps & {
  row: KeyValue
  index: number
  onRow: (index: number, patch: Partial<KeyValue>) => void
  onRemove: (index: number) => void
  onPasted: (index: number, text: string) => boolean
}

function Row({ row, index, onRow, onRemove, onPasted, disabled = false, errors = {}, ...words }: RowProps) {
  const { keyLabel = 'Name', valueLabel = 'Value' } = words
  const wrong = [errors[`${index}.key`], errors[`${index}.value`]].filter(Boolean).join(' ')
  return (
    <div>
      <div className="flex items-start gap-2">
        <Input
          data-key=""
          aria-label={`${keyLabel}, row ${index + 1}`}
          aria-invalid={errors[`${index}.key`] ? true : undefined}
          placeholder={words.keyPlaceholder}
          value={row.key}
          disabled={disabled}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          onChange={(event) => onRow(index, { key: event.target.value })}
          onPaste={(event) => onPasted(index, event.clipboardData.getData('text')) && event.preventDefault()}
          className="flex-2 font-mono text-[0.8125rem]!"
        />
        <Value
          aria-label={`${valueLabel}, row ${index + 1}`}
          aria-invalid={errors[`${index}.value`] ? true : undefined}
          placeholder={words.valuePlaceholder}
          value={row.value}
          disabled={disabled}
          onValue={(value) => onRow(index, { value })}
        />
        <IconButton label={`Remove ${row.key || `row ${index + 1}`}`} disabled={disabled} onClick={() => onRemove(index)}>
          <X aria-hidden="true" />
        </IconButton>
      </div>
      {wrong && (
        <p role="alert" className="mt-1 text-danger text-xs">
          {wrong}
        </p>
      )}
    </div>
  )
}

type ValueProps = {
  'aria-label': string
  'aria-invalid': true | undefined
  placeholder: string | undefined
  value: string
  disabled: boolean
  onValue: (value: string) => void
}

/** A field of one line would drop line breaks, so a value with some gets one of several lines. */
function Value({ onValue, ...field }: ValueProps) {
  const common = { ...field, autoComplete: 'off', spellCheck: false, className: 'min-w-0 flex-3 font-mono text-[0.8125rem]!' }
  const lines = field.value.split('\n').length
  if (lines > 1) return <Textarea {...common} rows={Math.min(lines, 8)} onChange={(event) => onValue(event.target.value)} />

  function onPaste(event: ClipboardEvent<HTMLInputElement>) {
    const text = event.clipboardData.getData('text').replaceAll('\r\n', '\n')
    if (!text.trimEnd().includes('\n')) return
    event.preventDefault()
    const { selectionStart, selectionEnd, value } = event.currentTarget
    onValue(value.slice(0, selectionStart ?? 0) + text + value.slice(selectionEnd ?? value.length))
  }

  return <Input {...common} onPaste={onPaste} onChange={(event) => onValue(event.target.value)} />
}

/** Lines of KEY=VALUE as in an .env file; nothing when the text is not that. */
export function pairsIn(text: string): KeyValue[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const pairs = lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => /^(?:export\s+)?([A-Za-z_][\w.-]*)=(.*)$/.exec(line))
  if (pairs.length === 0 || pairs.some((pair) => pair === null)) return []
  return pairs.map((pair) => ({ key: pair?.[1] ?? '', value: (pair?.[2] ?? '').replace(/^(["'])(.*)\1$/, '$2') }))
}
