'use client'
import { ClipboardList } from 'lucide-react'
import { useId, useState } from 'react'
import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { Popover } from '@/components/ui/popover'
import { Textarea } from '@/components/ui/textarea'
import type { TransferRules } from '@/lib/domain/session'
import { allowsIn, allowsOut, type TransferPolicy } from '@/lib/domain/transfer-policy'

type ClipboardPanelProps = {
  rules: TransferRules
  /** What was copied last in the desktop; null before anything was. */
  fromDesktop: string | null
  onSend: (text: string) => void
  disabled: boolean
}

/** For where the browser does not share the clipboard by itself: Firefox, phones, a refused permission. */
export function ClipboardPanel({ rules, fromDesktop, onSend, disabled }: ClipboardPanelProps) {
  const id = useId()
  const [text, setText] = useState('')
  const [sent, setSent] = useState(false)

  function send() {
    onSend(text)
    setSent(true)
  }

  const { clipboard, clipboardNext } = rules
  return (
    <Popover label="Clipboard" variant="ghost" size="sm" icon align="end" trigger={<ClipboardList aria-hidden="true" />}>
      <div className="flex flex-col gap-3">
        {allowsIn(clipboard) && (
          <>
            <div className="flex flex-col gap-1.5">
              <label htmlFor={id} className="font-medium">
                To the desktop
              </label>
              <Textarea
                id={id}
                rows={3}
                value={text}
                placeholder="Paste text here"
                onChange={(event) => {
                  setText(event.target.value)
                  setSent(false)
                }}
              />
            </div>
            <div className="flex items-center gap-3">
              <Button size="sm" variant="primary" disabled={disabled || text === ''} onClick={send}>
                Send to the desktop
              </Button>
              <span role="status" className="text-muted text-xs">
                {sent && 'Sent: paste it there.'}
              </span>
            </div>
          </>
        )}
        {clipboard === 'both' && <hr className="border-line" />}
        {allowsOut(clipboard) && (
          <div className="flex flex-col gap-1.5">
            <span className="font-medium">From the desktop</span>
            {fromDesktop === null ? (
              <p className="text-muted text-xs">What is copied in the desktop appears here.</p>
            ) : (
              <>
                <Textarea rows={3} readOnly value={fromDesktop} aria-label="Copied in the desktop" />
                <CopyButton text={fromDesktop} label="Copy" labelled className="self-start" />
              </>
            )}
          </div>
        )}
        <p className="text-muted text-xs">{clipboardWords(clipboard)}</p>
        {clipboardNext !== clipboard && (
          <p className="text-xs">Its workspace was changed: from the next start of this session on, {nextWords[clipboardNext]}</p>
        )}
      </div>
    </Popover>
  )
}

function clipboardWords(clipboard: TransferPolicy): string {
  if (clipboard === 'both') return 'Where the browser allows it, both clipboards are one and none of this is needed.'
  if (clipboard === 'up') return 'This workspace lets text into the desktop only. What is copied in it stays there.'
  if (clipboard === 'down') return 'This workspace lets text out of the desktop only. Nothing can be pasted into it from here.'
  return 'The clipboard of this workspace is off: no text goes in or out.'
}

const nextWords: Record<TransferPolicy, string> = {
  both: 'text goes both ways.',
  up: 'text goes into the desktop only.',
  down: 'text comes out of the desktop only.',
  off: 'no text goes in or out.',
}
