import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { sessionActions } from '@/app/(portal)/session-actions'
import type { AuthoringActions } from '@/components/authoring/authoring-actions'
import { SessionScreen } from '@/components/session/session-screen'
import { SessionRef } from '@/lib/domain/session'
import { watchSession } from '@/lib/use-cases/watch-session'
import { deps } from '@/lib/web/deps'
import { pageData } from '@/lib/web/page-data'
import { requirePageActor } from '@/lib/web/require-actor'
import { cancelSaveAction, commitSaveAction, prepareSaveAction, rootTerminalAction } from './actions'

const authoringActions: AuthoringActions = {
  rootTerminal: rootTerminalAction,
  prepareSave: prepareSaveAction,
  commitSave: commitSaveAction,
  cancelSave: cancelSaveAction,
}

export const metadata: Metadata = { title: 'Session' }

export default async function SessionPage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requirePageActor()
  const ref = SessionRef.safeParse({ sessionId: (await params).id })
  if (!ref.success) notFound()
  const initial = await pageData(watchSession(deps(), actor, ref.data))
  return <SessionScreen initial={initial} actions={sessionActions} authoring={authoringActions} />
}
