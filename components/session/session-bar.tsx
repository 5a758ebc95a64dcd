'use client'
import {
  ArrowLeft,
  ChevronDown,
  ChevronUp,
  EllipsisVertical,
  Maximize,
  Minimize,
  Pause,
  Play,
  RotateCw,
  Scaling,
  Square,
  Trash2,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { DropdownMenu, MenuItem } from '@/components/ui/dropdown-menu'
import { IconButton } from '@/components/ui/icon-button'
import { LinkButton } from '@/components/ui/link-button'
import type { SessionDetail } from '@/lib/domain/session'
import { endOf } from './drain-words'
import { sessionLook } from './session-look'
import { SessionStatePill } from './session-state-pill'
import { TimeLeftBadge } from './time-left-badge'
import type { PressedVerb, SessionVerbs } from './use-session-verbs'

type SessionBarProps = {
  session: SessionDetail
  verbs: SessionVerbs
  skewMs: number
  collapsed: boolean
  /** There is something to make room for. */
  canCollapse: boolean
  onCollapse: (collapsed: boolean) => void
  fullScreen: { possible: boolean; on: boolean; toggle: () => void }
  /** null while there is no stream to speak of. */
  stream: { ownsSize: boolean; onTakeSize: () => void; onReconnect: () => void } | null
  clipboard: ReactNode
  files: ReactNode
  /** What its GPUs do, where it holds some. */
  meter: ReactNode
  use: ReactNode
}

type BarAction = { id: string; label: string; icon: ReactNode; onSelect: () => void; pending?: boolean; danger?: boolean }

/** The slim bar over a session: what it is, how long, and everything that can be done with it. */
export function SessionBar(props: SessionBarProps) {
  const { session, skewMs, collapsed, canCollapse, onCollapse, fullScreen, stream, clipboard, files, meter, use } = props
  if (collapsed && canCollapse) return <CollapsedBar session={session} onShow={() => onCollapse(false)} />
  const actions = barActions(props)
  return (
    <header className="relative z-20 flex h-11 shrink-0 items-center gap-1.5 border-line border-b bg-surface px-1.5 sm:gap-2 sm:px-2">
      <LinkButton href="/" variant="ghost" size="sm" aria-label="Back to workspaces" title="Back to workspaces" className="px-2!">
        <ArrowLeft aria-hidden="true" />
      </LinkButton>
      <h1 className="min-w-0 truncate font-medium" title={session.imageName}>
        {session.imageName}
      </h1>
      <span role="status">
        <SessionStatePill session={session} />
      </span>
      <TimeLeftBadge endsAt={endOf(session)} skewMs={skewMs} className="max-[26rem]:hidden" />
      <section aria-label="Session" className="ml-auto flex shrink-0 items-center gap-0.5">
        {meter}
        {use}
        {stream && !stream.ownsSize && (
          <Button size="sm" onClick={stream.onTakeSize} title="Another tab decides the size of the desktop">
            <Scaling aria-hidden="true" />
            <span className="max-md:sr-only">Use this window’s size</span>
          </Button>
        )}
        {stream && clipboard}
        {files}
        {fullScreen.possible && (
          <IconButton label={fullScreen.on ? 'Leave full screen' : 'Full screen'} size="sm" onClick={fullScreen.toggle}>
            {fullScreen.on ? <Minimize aria-hidden="true" /> : <Maximize aria-hidden="true" />}
          </IconButton>
        )}
        <div className="hidden items-center gap-0.5 sm:flex">
          {actions.map((action) => (
            <IconButton
              key={action.id}
              label={action.label}
              size="sm"
              pending={action.pending ?? false}
              onClick={action.onSelect}
            >
              {action.icon}
            </IconButton>
          ))}
        </div>
        <DropdownMenu label="More" icon size="sm" trigger={<EllipsisVertical aria-hidden="true" />} className="sm:hidden">
          {actions.map((action) => (
            <MenuItem key={action.id} icon={action.icon} danger={action.danger ?? false} onSelect={action.onSelect}>
              {action.label}
            </MenuItem>
          ))}
        </DropdownMenu>
        {canCollapse && (
          <IconButton label="Hide the bar" size="sm" onClick={() => onCollapse(true)}>
            <ChevronUp aria-hidden="true" />
          </IconButton>
        )}
      </section>
    </header>
  )
}

const verbActions: { verb: Exclude<PressedVerb, 'startWithoutGpu'>; label: string; icon: ReactNode; danger?: boolean }[] = [
  { verb: 'resume', label: 'Resume', icon: <Play aria-hidden="true" /> },
  { verb: 'pause', label: 'Pause', icon: <Pause aria-hidden="true" /> },
  { verb: 'stop', label: 'Stop', icon: <Square aria-hidden="true" /> },
  { verb: 'delete', label: 'Delete', icon: <Trash2 aria-hidden="true" />, danger: true },
]

function barActions({ session, verbs, stream }: SessionBarProps): BarAction[] {
  const reconnect = stream && {
    id: 'reconnect',
    label: 'Reconnect',
    icon: <RotateCw aria-hidden="true" />,
    onSelect: stream.onReconnect,
  }
  // A launch is taken back with the one button in the middle of the page.
  const isStarting = session.state === 'queued' || session.state === 'starting'
  const offered = isStarting ? [] : verbActions.filter(({ verb }) => session.verbs.includes(verb))
  return [
    ...(reconnect ? [reconnect] : []),
    ...offered.map(({ verb, ...rest }) => ({
      ...rest,
      id: verb,
      pending: verbs.pending === verb,
      onSelect: () => verbs.press(verb),
    })),
  ]
}

/** Only a handle is left, so that the desktop has the whole window. */
function CollapsedBar({ session, onShow }: { session: SessionDetail; onShow: () => void }) {
  return (
    <button
      type="button"
      onClick={onShow}
      aria-label={`Show the bar of ${session.imageName}: ${sessionLook(session).label}`}
      title="Show the bar"
      className="-translate-x-1/2 absolute top-0 left-1/2 z-20 flex h-5 items-center gap-1 rounded-b-md border border-line border-t-0 bg-surface px-3 text-muted text-xs opacity-70 shadow-pop hover:opacity-100 focus-visible:opacity-100 pointer-coarse:h-8"
    >
      <ChevronDown aria-hidden="true" className="size-3.5" />
    </button>
  )
}
