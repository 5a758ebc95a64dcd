'use client'
import { type Ref, useState } from 'react'
import { cn } from '@/lib/client/cn'
import { controlHeight, controlLook } from './control-look'

const UNITS = { MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 } as const
export type ByteUnit = keyof typeof UNITS

export type ByteSizeInputProps = {
  ref?: Ref<HTMLInputElement>
  id?: string
  /** Bytes; null while the field is empty or no number. */
  value: number | null
  onChange: (bytes: number | null) => void
  onBlur?: () => void
  /** Used while there is no value to take it from. */
  defaultUnit?: ByteUnit
  disabled?: boolean
  required?: boolean
  name?: string
  className?: string
  placeholder?: string
  'aria-describedby'?: string | undefined
  'aria-invalid'?: boolean | undefined
}

/** The largest unit in which the size has at most two decimals: 1536 MiB is 1.5 GiB, 1100 MiB stays. */
export function unitFor(bytes: number | null, fallback: ByteUnit = 'GiB'): ByteUnit {
  if (!bytes) return fallback
  const fits = (unit: ByteUnit) => bytes >= UNITS[unit] && Number.isInteger(Math.round((bytes / UNITS[unit]) * 1e6) / 1e4)
  return (['TiB', 'GiB'] as const).find(fits) ?? 'MiB'
}

export function ByteSizeInput(props: ByteSizeInputProps) {
  const { value, onChange, onBlur, defaultUnit = 'GiB', disabled, className, id, name, required, placeholder } = props
  const [unit, setUnit] = useState<ByteUnit>(() => unitFor(value, defaultUnit))
  const [text, setText] = useState(() => textFor(value, unit))
  const [shown, setShown] = useState(value)

  // Somebody else set the value (a reset, another field): show that; our own edits already read as they were typed.
  if (value !== shown) {
    setShown(value)
    if (value !== bytesFrom(text, unit)) {
      const next = unitFor(value, unit)
      setUnit(next)
      setText(textFor(value, next))
    }
  }

  function change(nextText: string, nextUnit: ByteUnit) {
    setText(nextText)
    setUnit(nextUnit)
    onChange(bytesFrom(nextText, nextUnit))
  }

  return (
    <span className={cn('flex w-full items-stretch', className)}>
      <input
        ref={props.ref}
        id={id}
        name={name}
        type="text"
        inputMode="decimal"
        autoComplete="off"
        value={text}
        placeholder={placeholder}
        disabled={disabled}
        required={required}
        aria-describedby={props['aria-describedby']}
        aria-invalid={props['aria-invalid']}
        onChange={(event) => change(event.target.value, unit)}
        onBlur={onBlur}
        className={cn(controlLook, controlHeight, 'rounded-r-none tabular-nums')}
      />
      <select
        aria-label="Unit"
        value={unit}
        disabled={disabled}
        onChange={(event) => change(text, event.target.value as ByteUnit)}
        className={cn(controlLook, controlHeight, '-ml-px w-auto! shrink-0 rounded-l-none bg-sunken pr-2 pl-2.5')}
      >
        {Object.keys(UNITS).map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </span>
  )
}

export function bytesFrom(text: string, unit: ByteUnit): number | null {
  const plain = text.trim().replace(',', '.')
  if (plain === '' || !/^\d*\.?\d+$|^\d+\.$/.test(plain)) return null
  return Math.round(Number(plain) * UNITS[unit])
}

function textFor(bytes: number | null, unit: ByteUnit): string {
  return bytes === null ? '' : String(Number((bytes / UNITS[unit]).toFixed(4)))
}
