'use client'
import { FileUp } from 'lucide-react'
import { useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import type { FieldControl } from '@/components/ui/field'
import { Textarea } from '@/components/ui/textarea'

type PemInputProps = {
  wiring: FieldControl
  value: string
  onChange: (text: string) => void
  onBlur: () => void
  /** "ca.pem": what the file is usually called. */
  fileName: string
  placeholder?: string
}

const mostBytes = 65_536

/** PEM text, pasted or read from a file. Nothing leaves the browser before the form is sent. */
export function PemInput({ wiring, value, onChange, onBlur, fileName, placeholder }: PemInputProps) {
  const picker = useRef<HTMLInputElement>(null)
  const [problem, setProblem] = useState<string | null>(null)

  async function read(file: File) {
    setProblem(null)
    if (file.size > mostBytes) return setProblem('This file is too large to be a certificate or key.')
    onChange((await file.text()).trim())
  }

  return (
    <div className="flex flex-col gap-1.5">
      <Textarea
        {...wiring}
        mono
        rows={3}
        value={value}
        autoComplete="off"
        placeholder={placeholder ?? '-----BEGIN …'}
        className="max-h-40! text-xs!"
        onChange={(event) => onChange(event.target.value)}
        onBlur={onBlur}
      />
      <div className="flex flex-wrap items-center gap-2">
        <input
          ref={picker}
          type="file"
          aria-label={`File for ${fileName}`}
          accept=".pem,.crt,.cer,.key,text/plain"
          tabIndex={-1}
          className="sr-only"
          onChange={(event) => {
            const file = event.target.files?.[0]
            event.target.value = ''
            if (file) void read(file)
          }}
        />
        <Button size="sm" onClick={() => picker.current?.click()}>
          <FileUp aria-hidden="true" />
          Read {fileName}
        </Button>
        {problem && (
          <span role="alert" className="text-danger text-xs">
            {problem}
          </span>
        )}
      </div>
    </div>
  )
}
