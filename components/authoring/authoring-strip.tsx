'use client'
import { PackagePlus, PencilRuler, SquareTerminal } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { inertText } from '@/components/ui/inert-text'
import { Notice } from '@/components/ui/notice'
import { toast } from '@/components/ui/toast'
import { useAction } from '@/lib/client/use-action'
import type { SessionDetail } from '@/lib/domain/session'
import type { AuthoringActions } from './authoring-actions'

type AuthoringStripProps = { session: SessionDetail; actions: AuthoringActions; onChanged: (session: SessionDetail) => void }

/** Under the bar of every authoring session: that it is one, and what is done with it. */
export function AuthoringStrip({ session, actions, onChanged }: AuthoringStripProps) {
  const [asking, setAsking] = useState(false)
  const terminal = useAction(actions.rootTerminal, {
    onSuccess: () => toast.ok('A terminal as root is opening on the desktop'),
    onFailure: toast.failure,
  })
  const save = useAction(actions.prepareSave, { onSuccess: onChanged })
  const works = session.state === 'running' && session.wanted === 'running' && session.verbs.includes('connect')
  const failed = session.save?.state === 'failed' ? session.save : null
  return (
    <>
      <section
        aria-label="Authoring"
        className="relative z-20 flex flex-wrap items-center gap-x-3 gap-y-1.5 border-warn-line border-b bg-warn-soft px-3 py-1.5"
      >
        <PencilRuler aria-hidden="true" className="size-4 shrink-0 text-warn" />
        <p className="min-w-0 flex-1 basis-48 text-xs">
          <strong className="font-medium text-warn">Authoring session.</strong> Change it by hand, as root where needed, and save
          it as an image. Nothing else keeps what you do here.
        </p>
        {works && (
          <span className="flex flex-wrap gap-2">
            <Button
              size="sm"
              pending={terminal.pending}
              pendingLabel="Opening…"
              onClick={() => void terminal.run({ sessionId: session.id })}
            >
              <SquareTerminal aria-hidden="true" />
              Root terminal
            </Button>
            <Button size="sm" variant="primary" onClick={() => setAsking(true)}>
              <PackagePlus aria-hidden="true" />
              Save as image…
            </Button>
          </span>
        )}
      </section>
      {failed && (
        <div className="relative z-20 border-line border-b bg-surface p-2">
          <Notice tone="danger" live title="It was not saved. Everything that you changed is still here">
            {inertText([failed.problem, failed.hint].filter(Boolean).join(' '))}
          </Notice>
        </div>
      )}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Save “${session.imageName}” as an image?`}
        items={[
          'Every program in the desktop ends, unsaved work included.',
          'Keys, tokens, passwords, browser logins, shell history, caches and temporary files are taken out.',
          'The home becomes the default profile: what a new home starts with.',
        ]}
        confirmLabel="End the desktop and look"
        pendingLabel="Asking…"
        tone="normal"
        onConfirm={() => save.run({ sessionId: session.id })}
      >
        No image is made yet: you see its size and what differs first, and can go back to work.
      </ConfirmDialog>
    </>
  )
}
