'use client'
import { Loader, PackageCheck } from 'lucide-react'
import { StagePanel } from '@/components/session/stage-panel'
import { Button } from '@/components/ui/button'
import { useAction } from '@/lib/client/use-action'
import type { ImageSaveView } from '@/lib/domain/image-save'
import type { SessionDetail } from '@/lib/domain/session'
import type { AuthoringActions } from './authoring-actions'
import { CommitForm } from './commit-form'
import { SaveReportView } from './save-report-view'

type SavePanelProps = { session: SessionDetail; actions: AuthoringActions; onChanged: (session: SessionDetail) => void }

/** In the place of the desktop while a session is being saved. */
export function SavePanel({ session, actions, onChanged }: SavePanelProps) {
  const cancel = useAction(actions.cancelSave, { onSuccess: onChanged })
  const { save } = session
  const back = (
    <Button pending={cancel.pending} pendingLabel="Going back…" onClick={() => void cancel.run({ sessionId: session.id })}>
      Go back to work
    </Button>
  )
  if (save?.state === 'ready' && save.report) {
    return (
      <StagePanel wide icon={<PackageCheck aria-hidden="true" className="text-ok" />} title="This is what the image would be">
        <SaveReportView report={save.report} />
        <CommitForm session={session} commit={actions.commitSave} onChanged={onChanged} back={back} failure={cancel.failure} />
      </StagePanel>
    )
  }
  const { title, text } = words[save?.state ?? 'preparing'] ?? waiting
  return (
    <StagePanel
      role="status"
      icon={<Loader aria-hidden="true" className="text-muted motion-safe:animate-pulse-soft" />}
      title={title}
      actions={save?.state === 'preparing' && back}
    >
      <p className="text-muted">{text}</p>
      {cancel.failure && <p className="text-danger">{cancel.failure.message}</p>}
    </StagePanel>
  )
}

type Words = { title: string; text: string }
const waiting: Words = { title: 'Saving the session', text: 'The page goes on by itself.' }
const words: Partial<Record<ImageSaveView['state'], Words>> = {
  preparing: {
    title: 'Ending the desktop and cleaning it',
    text: 'What is private is taken out, and the home becomes the default profile. A large home takes a while. You can close this tab meanwhile.',
  },
  committing: {
    title: 'Making the image',
    text: 'The engine writes what differs as a new layer. You can close this tab meanwhile; the workspace image appears when it is done.',
  },
  canceling: { title: 'Going back to work', text: 'The desktop starts again with everything that was changed in it.' },
}
