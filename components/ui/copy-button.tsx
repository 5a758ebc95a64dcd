'use client'
import { useEffect, useState } from 'react'
import { copyText } from '@/lib/client/copy-text'
import { Button, type ButtonProps } from './button'
import { IconButton } from './icon-button'
import { Check, Copy } from './work-icons'

type CopyButtonProps = Pick<ButtonProps, 'size' | 'variant' | 'className'> & {
  text: string
  /** What is copied: "Copy address". */
  label: string
  /** Show the label as text, not only as the tooltip. */
  labelled?: boolean
}

const SAID_MS = 2_000

export function CopyButton({ text, label, labelled = false, size = 'sm', ...rest }: CopyButtonProps) {
  const [said, setSaid] = useState<'copied' | 'refused' | null>(null)

  useEffect(() => {
    if (!said) return
    const timer = setTimeout(() => setSaid(null), SAID_MS)
    return () => clearTimeout(timer)
  }, [said])

  const copy = async () => setSaid((await copyText(text)) ? 'copied' : 'refused')
  const words = said === 'copied' ? 'Copied' : said === 'refused' ? 'The browser refused: select and copy by hand' : label
  const icon = said === 'copied' ? <Check aria-hidden="true" className="text-ok" /> : <Copy aria-hidden="true" />

  return (
    <>
      {labelled ? (
        <Button {...rest} size={size} onClick={() => void copy()}>
          {icon}
          {words}
        </Button>
      ) : (
        <IconButton {...rest} label={words} size={size} onClick={() => void copy()}>
          {icon}
        </IconButton>
      )}
      <span role="status" className="sr-only">
        {said && words}
      </span>
    </>
  )
}
