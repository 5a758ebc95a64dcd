'use client'
import { ClipboardList } from 'lucide-react'
import { useId, useState } from 'react'
import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { Popover } from '@/components/ui/popover'
import { Textarea } from '@/components/ui/textarea'

type ClipboardPanelProps = {
  /** What was copied last in the desktop; null before anything was. */
  fromDesktop: string | null
  onSend: (text: string) => void
  disabled: boolean
}

/** For where the browser does not share the clipboard by itself: Firefox, phones, a refused permission. */
export function ClipboardPanel({ fromDesktop, onSend, disabled }: ClipboardPanelProps) {
  const id = useId()
  const [text, setText] = useState('')
  const [sent, setSent] = useState(false)

  function send() {
    onSend(text)
    setSent(true)
  }

  return (
    <Popover label="Clipboard" variant="ghost" size="sm" icon align="end" trigger={<ClipboardList aria-hidden="true" />}>
      <div className="flex flex-col gap-3">
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
        <hr className="border-line" />
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
        <p className="text-muted text-xs">Where the browser allows it, both clipboards are one and none of this is needed.</p>
      </div>
    </Popover>
  )
}
