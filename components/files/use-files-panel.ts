'use client'
// What the session page keeps of its files panel: whether it is open, what was dropped, and how far uploads are.
import { useCallback, useMemo, useRef, useState } from 'react'
import type { Failure } from '@/lib/domain/failure'
import type { SessionDetail } from '@/lib/domain/session'
import { allowsIn } from '@/lib/domain/transfer-policy'
import { type FileDrag, useFileDrag } from './use-file-drag'

export type FilesPanel = {
  /** There is something to open it for. */
  offered: boolean
  open: boolean
  /** It was opened once, so that what it began goes on. */
  used: boolean
  toggle: () => void
  close: () => void
  drag: FileDrag
  /** Of one file. */
  maxBytes: number
  dropped: { serial: number; files: readonly File[] }
  drop: (files: readonly File[]) => void
  ended: Failure | null
  share: number | null
  setShare: (share: number | null) => void
  button: React.RefObject<HTMLButtonElement | null>
}

export function useFilesPanel(session: SessionDetail, gone: boolean): FilesPanel {
  const { files, maxFileBytes: maxBytes } = session.transfers
  const isRunning = session.state === 'running' && session.wanted === 'running' && !session.saving && !gone
  // Administrators see other people's sessions, and no file of them.
  const isOwners = session.verbs.includes('connect')
  const offered = isRunning && isOwners && files !== 'off'
  const [open, setOpen] = useState(false)
  const [used, setUsed] = useState(false)
  const [share, setShare] = useState<number | null>(null)
  const [dropped, setDropped] = useState<FilesPanel['dropped']>({ serial: 0, files: [] })
  const drag = useFileDrag(offered && allowsIn(files))
  const button = useRef<HTMLButtonElement>(null)
  const ended = useMemo<Failure | null>(() => (isRunning ? null : endedFailure), [isRunning])
  const show = useCallback((next: boolean) => {
    setOpen(next)
    if (next) setUsed(true)
    else button.current?.focus()
  }, [])
  return {
    offered,
    open,
    used,
    toggle: () => show(!open),
    close: () => show(false),
    drag,
    maxBytes,
    dropped,
    drop: (taken) => {
      setDropped(({ serial }) => ({ serial: serial + 1, files: taken }))
      show(true)
    },
    ended,
    share,
    setShare,
    button,
  }
}

const endedFailure: Failure = {
  code: 'wrong_state',
  message: 'The session does not run: files go in and out of one that does.',
}
