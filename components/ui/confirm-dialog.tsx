'use client'
import { type ComponentType, lazy, type ReactNode, Suspense, useEffect, useState } from 'react'
import { toast } from './toast'

/** What an action may answer: nothing, or why it did not happen. A server action's result fits. */
// biome-ignore lint/suspicious/noConfusingVoidType: a handler that answers nothing is the common case.
export type ConfirmOutcome = void | { ok: true } | { ok: false; message: string; hint?: string; reference?: string }

export type ConfirmDialogProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  /** A question that names the thing: "Delete session “Notebook”?" */
  title: string
  /** What is lost and what stays. */
  children?: ReactNode
  /** What will be destroyed, one by one. */
  items?: readonly ReactNode[]
  /** The verb and the thing, never "OK": "Delete session". */
  confirmLabel: string
  pendingLabel?: string
  cancelLabel?: string
  tone?: 'danger' | 'normal'
  /** For what cannot be undone and hurts: this must be typed first. */
  typeToConfirm?: string
  /** The dialog waits for it, stays open with the reason when it fails, and closes when it worked. */
  onConfirm: () => ConfirmOutcome | Promise<ConfirmOutcome>
}

// Loaded when it is first asked for: every page has something to delete, few visits do.
const Body = lazy<ComponentType<ConfirmDialogProps>>(() =>
  import('./confirm-dialog-body').catch(() => ({ default: Unavailable })),
)

/** Without a connection there is nothing to confirm either; the page itself must not fall over it. */
function Unavailable({ open, onOpenChange }: ConfirmDialogProps) {
  useEffect(() => {
    if (!open) return
    toast.danger('The confirmation could not be loaded', {
      description: 'Check your connection and reload the page. Nothing was changed.',
    })
    onOpenChange(false)
  }, [open, onOpenChange])
  return null
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const [asked, setAsked] = useState(props.open)
  if (props.open && !asked) setAsked(true)
  if (!asked) return null
  return (
    <Suspense fallback={null}>
      <Body {...props} />
    </Suspense>
  )
}
