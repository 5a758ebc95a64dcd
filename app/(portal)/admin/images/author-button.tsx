'use client'
import { PencilRuler } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { useAction } from '@/lib/client/use-action'
import { startAuthoringAction } from './actions'

type AuthorDialogProps = { image: { id: string; name: string }; onClose: () => void }

/** Says what an authoring session is before one starts. */
export function AuthorDialog({ image, onClose }: AuthorDialogProps) {
  const router = useRouter()
  const start = useAction(startAuthoringAction, { onSuccess: (session) => router.push(`/sessions/${session.id}`) })
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      tone="normal"
      title={`Change “${image.name}” by hand?`}
      items={[
        'It has no home and no volumes: everything in it can become part of an image.',
        'Programs in it get Docker’s default capabilities, and a terminal as root opens at a click.',
        'It can be saved or deleted, not stopped: a new container would have none of your changes.',
      ]}
      confirmLabel="Start authoring session"
      pendingLabel="Starting…"
      onConfirm={() => start.run({ imageId: image.id })}
    >
      An authoring session is a desktop of this workspace for you alone. What you change in it becomes a new workspace image when
      you save it; this one stays as it is.
    </ConfirmDialog>
  )
}

export function AuthorButton({ image }: { image: { id: string; name: string } }) {
  const [asking, setAsking] = useState(false)
  return (
    <>
      <Button onClick={() => setAsking(true)}>
        <PencilRuler aria-hidden="true" />
        Change by hand
      </Button>
      {asking && <AuthorDialog image={image} onClose={() => setAsking(false)} />}
    </>
  )
}
