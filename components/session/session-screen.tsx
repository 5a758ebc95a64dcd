'use client'
import { useRouter } from 'next/navigation'
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import type { AuthoringActions } from '@/components/authoring/authoring-actions'
import { FilesButton } from '@/components/files/files-button'
import { FilesLayer } from '@/components/files/files-layer'
import { useFilesPanel } from '@/components/files/use-files-panel'
import { copyText } from '@/lib/client/copy-text'
import { QueryProvider } from '@/lib/client/query-client'
import type { SessionDetail, WatchedSession } from '@/lib/domain/session'
import { allowsOut } from '@/lib/domain/transfer-policy'
import { ClipboardPanel } from './clipboard-panel'
import { ConnectionPanel } from './connection-panel'
import { DesktopFrame } from './desktop-frame'
import { DrainNotice } from './drain-notice'
import { drainTitle, endOf } from './drain-words'
import { FailurePanel } from './failure-panel'
import { GpuLostNotice } from './gpu-lost-notice'
import { ImageUpdateNotice } from './image-update-notice'
import { LaunchPanel } from './launch-panel'
import { RestingPanel } from './resting-panel'
import type { SessionActions } from './session-actions'
import { SessionBar } from './session-bar'
import { SessionConfirmDialog } from './session-confirm-dialog'
import { sessionLook } from './session-look'
import { hasDesktop, type SessionStage, sessionStage } from './session-stage'
import { sessionTitle } from './session-title'
import { SessionUse } from './session-use'
import { SilentNotice } from './silent-notice'
import { StaleNotice } from './stale-notice'
import { TimeLimitNotice } from './time-limit-notice'
import { type UsedDesktopConnection, useDesktopConnection } from './use-desktop-connection'
import { useFullScreen } from './use-full-screen'
import { type SessionVerbs, useSessionVerbs } from './use-session-verbs'
import { useTimeLeft } from './use-time-left'
import { type UsedSession, useWatchedSession } from './use-watched-session'

// Brought in once there is a GPU to show; a desktop goes on without its meter.
const GpuMeter = lazy(() => import('./gpu-meter').catch(() => ({ default: () => null })))

// Only administrators who change an image by hand need these.
const AuthoringStrip = lazy(async () => ({ default: (await import('@/components/authoring/authoring-strip')).AuthoringStrip }))
const SavePanel = lazy(async () => ({ default: (await import('@/components/authoring/save-panel')).SavePanel }))

type SessionScreenProps = { initial: WatchedSession; actions: SessionActions; authoring: AuthoringActions }

/** The session page: the launch while it starts, the desktop once it answers, and what to do when there is none. */
export function SessionScreen(props: SessionScreenProps) {
  return (
    <QueryProvider>
      <Screen {...props} />
    </QueryProvider>
  )
}

function Screen({ initial, actions, authoring }: SessionScreenProps) {
  const watched = useWatchedSession(initial)
  const { session, skewMs, refresh } = watched
  const [clipboard, setClipboard] = useState<string | null>(null)
  const files = useFilesPanel(session, watched.gone)
  const desktop = useDesktopConnection({
    ...whatIsThere(watched),
    onTrouble: refresh,
    onFileDrag: files.drag.begin,
    takesClipboard: allowsOut(session.transfers.clipboard),
    onClipboard: useCallback((text: string) => {
      setClipboard(text)
      // The desktop's own page may have been refused the clipboard; this one may be allowed. The panel has it in any case.
      void copyText(text)
    }, []),
  })
  const verbs = useScreenVerbs(watched, actions)
  const stage = sessionStage({ session, connection: desktop.connection, gone: watched.gone, sawLaunch: useSawLaunch(session) })
  const root = useRef<HTMLDivElement>(null)
  const fullScreen = useFullScreen(root)
  const [collapsed, setCollapsed] = useState(false)
  useTabTitle(session, skewMs, stage)
  useSavedImage(session)

  return (
    <div ref={root} data-fills-window="" className="fixed inset-0 z-30 flex flex-col bg-canvas">
      <SessionBar
        session={session}
        verbs={verbs}
        skewMs={skewMs}
        collapsed={collapsed}
        canCollapse={stage === 'desktop'}
        onCollapse={setCollapsed}
        fullScreen={fullScreen}
        stream={
          session.state !== 'running' || desktop.connection.phase === 'idle'
            ? null
            : {
                ownsSize: desktop.connection.ownsSize,
                onTakeSize: () => desktop.post({ action: 'take_resize' }),
                onReconnect: desktop.reconnect,
              }
        }
        clipboard={
          <ClipboardPanel
            rules={session.transfers}
            fromDesktop={clipboard}
            disabled={stage !== 'desktop'}
            onSend={(text) => desktop.post({ action: 'clipboardsnd', value: text })}
          />
        }
        files={files.offered && <FilesButton panel={files} />}
        meter={
          hasGpus(session) && (
            <Suspense>
              <GpuMeter sessionId={session.id} />
            </Suspense>
          )
        }
        use={isThere(session) && <SessionUse activity={session.activity} />}
      />
      {session.authoring && !watched.gone && (
        <Suspense>
          <AuthoringStrip session={session} actions={authoring} onChanged={watched.put} />
        </Suspense>
      )}
      <GpuLostNotice session={session} restart={actions.restart} onChanged={watched.put} />
      <ImageUpdateNotice session={session} verbs={verbs} />
      <StaleNotice failure={watched.gone ? null : watched.failure} />
      <SilentNotice connection={desktop.connection} onReconnect={desktop.reconnect} />
      <DrainNotice session={session} />
      <TimeLimitNotice session={session} verbs={verbs} skewMs={skewMs} />
      <main id="main" tabIndex={-1} className="relative min-h-0 flex-1 outline-none">
        <DesktopFrame
          connection={desktop.connection}
          frame={desktop.frame}
          name={session.imageName}
          clipboard={session.transfers.clipboard}
          onLoad={desktop.loaded}
        />
        <StageOverlay stage={stage} watched={watched} verbs={verbs} desktop={desktop} authoring={authoring} />
        <FilesLayer sessionId={session.id} panel={files} />
      </main>
      <SessionConfirmDialog session={session} verb={verbs.confirming} onClose={verbs.close} onConfirm={verbs.confirm} />
    </div>
  )
}

function whatIsThere({ session, gone, failure }: UsedSession) {
  return {
    sessionId: session.id,
    available: hasDesktop(session) && !gone,
    running: session.state === 'running',
    portalAnswers: failure === null,
  }
}

/** While it runs: a GPU of a session that starts or ends has nothing to tell yet. */
function hasGpus(session: SessionDetail): boolean {
  return isThere(session) && session.gpus.length > 0
}

function isThere({ state }: SessionDetail): boolean {
  return state === 'running' || state === 'paused'
}

type StageOverlayProps = {
  stage: SessionStage
  watched: UsedSession
  verbs: SessionVerbs
  desktop: UsedDesktopConnection
  authoring: AuthoringActions
}

function StageOverlay({ stage, watched, verbs, desktop, authoring }: StageOverlayProps) {
  const { session, skewMs } = watched
  switch (stage) {
    case 'desktop':
      return null
    case 'launch':
      return <LaunchPanel session={session} verbs={verbs} skewMs={skewMs} />
    case 'saving':
      return (
        <Suspense>
          <SavePanel session={session} actions={authoring} onChanged={watched.put} />
        </Suspense>
      )
    case 'failed':
      return <FailurePanel session={session} verbs={verbs} skewMs={skewMs} />
    case 'opening':
    case 'dropped':
    case 'refused':
      return <ConnectionPanel connection={desktop.connection} name={session.imageName} onReconnect={desktop.reconnect} />
    default:
      return <RestingPanel stage={stage} session={session} verbs={verbs} />
  }
}

function useScreenVerbs({ session, put, refresh }: UsedSession, actions: SessionActions): SessionVerbs {
  const router = useRouter()
  return useSessionVerbs({
    session,
    actions,
    onChanged(next) {
      if (next) return put(next)
      refresh()
      router.push('/')
    },
  })
}

/** Once it is saved there is no session any more, but an image to look at. */
function useSavedImage({ save }: SessionDetail): void {
  const router = useRouter()
  const imageId = save?.state === 'done' ? save.imageId : null
  useEffect(() => {
    if (imageId !== null) router.push(`/admin/images/${imageId}`)
  }, [imageId, router])
}

/** True from the moment the session was seen starting, also for a resume while this page is open. */
function useSawLaunch({ state }: SessionDetail): boolean {
  const [saw, setSaw] = useState(state === 'queued' || state === 'starting')
  useEffect(() => {
    if (state === 'queued' || state === 'starting') setSaw(true)
    else if (state !== 'running') setSaw(false)
  }, [state])
  return saw
}

function useTabTitle(session: SessionDetail, skewMs: number, stage: SessionStage): void {
  const left = useTimeLeft(session.state === 'running' || session.state === 'paused' ? endOf(session) : null, skewMs)
  const title = sessionTitle({
    name: session.imageName,
    stateLabel: stage === 'deleted' ? 'Deleted' : sessionLook(session).label,
    left,
    reconnecting: stage === 'dropped',
    notice: drainTitle(session.drain),
  })
  useEffect(() => {
    const show = () => {
      if (document.title !== title) document.title = title
    }
    show()
    // Next puts the page's own title back whenever it has drawn something of it again.
    const observer = new MutationObserver(show)
    observer.observe(document.head, { childList: true, subtree: true, characterData: true })
    return () => observer.disconnect()
  }, [title])
}
