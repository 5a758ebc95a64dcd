'use client'
import { type ReactNode, useEffect, useId, useState } from 'react'
import { Button } from './button'
import type { ConfirmDialogProps } from './confirm-dialog'
import { Dialog } from './dialog'
import { Input } from './input'
import { Notice } from './notice'

type Refusal = { message: string; hint?: string; reference?: string }

// biome-ignore lint/style/noDefaultExport: React's lazy takes the default export.
export default function ConfirmDialogBody(props: ConfirmDialogProps) {
  const { open, onOpenChange, title, children, items = [], confirmLabel, pendingLabel, cancelLabel = 'Cancel' } = props
  const { tone = 'danger', typeToConfirm, onConfirm } = props
  const [pending, setPending] = useState(false)
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const [typed, setTyped] = useState('')
  const locked = typeToConfirm !== undefined && typed.trim() !== typeToConfirm

  useEffect(() => {
    if (!open) return
    setTyped('')
    setRefusal(null)
  }, [open])

  async function confirm() {
    if (pending || locked) return
    setPending(true)
    setRefusal(null)
    const reason = await outcomeOf(onConfirm)
    setPending(false)
    if (reason) setRefusal(reason)
    else onOpenChange(false)
  }

  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      size="sm"
      role="alertdialog"
      dismissible={!pending}
      footer={
        <>
          <Button
            variant="ghost"
            onClick={() => onOpenChange(false)}
            disabled={pending}
            data-autofocus={typeToConfirm === undefined ? '' : undefined}
          >
            {cancelLabel}
          </Button>
          <Button
            variant={tone === 'danger' ? 'danger' : 'primary'}
            pending={pending}
            disabled={locked}
            onClick={() => void confirm()}
            {...(pendingLabel ? { pendingLabel } : {})}
          >
            {confirmLabel}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {children && <div className="text-muted">{children}</div>}
        <DoomedList items={items} />
        {typeToConfirm !== undefined && (
          <TypeName name={typeToConfirm} value={typed} onChange={setTyped} onEnter={() => void confirm()} />
        )}
        {refusal && (
          <Notice tone="danger" title={refusal.message} live>
            {refusal.hint}
            {refusal.reference && <span className="block font-mono text-xs">Reference {refusal.reference}</span>}
          </Notice>
        )}
      </div>
    </Dialog>
  )
}

async function outcomeOf(onConfirm: ConfirmDialogProps['onConfirm']): Promise<Refusal | null> {
  try {
    const outcome = await onConfirm()
    return outcome && !outcome.ok ? outcome : null
  } catch (error) {
    return {
      message: error instanceof Error && error.message ? error.message : 'It did not work.',
      hint: 'Nothing may have changed. Try again.',
    }
  }
}

const SHOWN_ITEMS = 8

function DoomedList({ items }: { items: readonly ReactNode[] }) {
  if (items.length === 0) return null
  return (
    <ul className="rounded-md border border-line bg-sunken px-3 py-2 [overflow-wrap:anywhere]">
      {items.slice(0, SHOWN_ITEMS).map((item, index) => (
        <li key={index} className="py-0.5">
          {item}
        </li>
      ))}
      {items.length > SHOWN_ITEMS && <li className="py-0.5 text-muted">and {items.length - SHOWN_ITEMS} more</li>}
    </ul>
  )
}

type TypeNameProps = { name: string; value: string; onChange: (value: string) => void; onEnter: () => void }

function TypeName({ name, value, onChange, onEnter }: TypeNameProps) {
  const id = useId()
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id}>
        Type <strong className="font-mono font-semibold [overflow-wrap:anywhere]">{name}</strong> to confirm
      </label>
      <Input
        id={id}
        value={value}
        data-autofocus=""
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => event.key === 'Enter' && onEnter()}
      />
    </div>
  )
}
