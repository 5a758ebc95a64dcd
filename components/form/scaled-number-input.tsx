'use client'
import { useState } from 'react'
import { NumberInput } from '@/components/ui/number-input'

type ScaledNumberInputProps = {
  id?: string
  /** In the stored unit; null while the field is empty or no number. */
  value: number | null
  onChange: (value: number | null) => void
  onBlur?: () => void
  /** How many of the stored unit make one of the shown: 1000 for cores in thousandths. */
  scale: number
  unit?: string
  step?: number
  min?: number
  max?: number
  disabled?: boolean
  placeholder?: string
  className?: string
  'aria-label'?: string
  'aria-describedby'?: string | undefined
  'aria-invalid'?: boolean | undefined
  'aria-required'?: boolean | undefined
}

/** A decimal that is stored as a whole number of something smaller. What is typed stays as it was typed ("1.50"). */
export function ScaledNumberInput({ value, onChange, scale, ...rest }: ScaledNumberInputProps) {
  const [text, setText] = useState(() => shownAs(value, scale))
  const [shown, setShown] = useState(value)

  // Somebody else set the value (the parent's was taken): show that.
  if (value !== shown) {
    setShown(value)
    if (value !== storedFrom(text, scale)) setText(shownAs(value, scale))
  }

  return (
    <NumberInput
      {...rest}
      // The browser's own step check would refuse 0.25 between steps of a half; the schema decides.
      step={rest.step ?? 'any'}
      value={text}
      onChange={(event) => {
        setText(event.target.value)
        onChange(storedFrom(event.target.value, scale))
      }}
    />
  )
}

export function storedFrom(text: string, scale: number): number | null {
  const number = Number(text.trim().replace(',', '.'))
  return text.trim() === '' || !Number.isFinite(number) ? null : Math.round(number * scale)
}

function shownAs(value: number | null, scale: number): string {
  return value === null ? '' : String(value / scale)
}
