'use client'
import { useState } from 'react'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { storedFrom } from './scaled-number-input'

const units = [
  { value: 'min', label: 'minutes', seconds: 60 },
  { value: 'h', label: 'hours', seconds: 3600 },
  { value: 'd', label: 'days', seconds: 86_400 },
] as const
type Unit = (typeof units)[number]['value']

type DurationInputProps = {
  id?: string
  /** Seconds; null while the field is empty. */
  value: number | null
  onChange: (seconds: number | null) => void
  onBlur?: () => void
  placeholder?: string
  'aria-describedby'?: string | undefined
  'aria-invalid'?: boolean | undefined
}

/** The largest unit that says it in whole numbers: 5400 s are 90 minutes, 7200 s are 2 hours. */
export function durationUnit(seconds: number | null): Unit {
  if (!seconds) return 'h'
  return [...units].reverse().find((unit) => seconds % unit.seconds === 0)?.value ?? 'min'
}

function secondsIn(unit: Unit): number {
  return units.find(({ value }) => value === unit)?.seconds ?? 60
}

export function DurationInput({ value, onChange, placeholder, ...rest }: DurationInputProps) {
  const [unit, setUnit] = useState<Unit>(() => durationUnit(value))
  const [text, setText] = useState(() => (value === null ? '' : String(value / secondsIn(unit))))
  const [shown, setShown] = useState(value)

  if (value !== shown) {
    setShown(value)
    if (value !== storedFrom(text, secondsIn(unit))) {
      const next = durationUnit(value)
      setUnit(next)
      setText(value === null ? '' : String(value / secondsIn(next)))
    }
  }

  function change(nextText: string, nextUnit: Unit) {
    setText(nextText)
    setUnit(nextUnit)
    onChange(storedFrom(nextText, secondsIn(nextUnit)))
  }

  return (
    <span className="grid grid-cols-[minmax(0,1fr)_8rem] gap-2">
      <Input
        {...rest}
        inputMode="decimal"
        autoComplete="off"
        value={text}
        placeholder={placeholder}
        className="tabular-nums"
        onChange={(event) => change(event.target.value, unit)}
      />
      <Select
        aria-label="Unit of time"
        options={units}
        value={unit}
        onChange={(event) => change(text, event.target.value as Unit)}
      />
    </span>
  )
}
