'use client'
import { ConfirmDialog, type ConfirmOutcome } from '@/components/ui/confirm-dialog'
import type { SessionView } from '@/lib/domain/session'
import { confirmWords } from './confirm-words'
import type { ConfirmedVerb } from './needs-confirmation'

type SessionConfirmDialogProps = {
  session: SessionView
  /** null: closed. */
  verb: ConfirmedVerb | null
  onClose: () => void
  onConfirm: (verb: ConfirmedVerb) => Promise<ConfirmOutcome>
}

export function SessionConfirmDialog({ session, verb, onClose, onConfirm }: SessionConfirmDialogProps) {
  const words = confirmWords(verb ?? 'stop', session)
  return (
    <ConfirmDialog
      open={verb !== null}
      onOpenChange={(open) => !open && onClose()}
      title={words.title}
      items={words.destroyed}
      confirmLabel={words.confirmLabel}
      pendingLabel={words.pendingLabel}
      onConfirm={() => (verb ? onConfirm(verb) : undefined)}
    >
      {words.kept}
    </ConfirmDialog>
  )
}
