import { cn } from '@/lib/client/cn'
import { CopyButton } from './copy-button'

export type CodeBlockProps = {
  /** Names it, to people and to screen readers: "Last 100 log lines". */
  label: string
  text: string
  wrap?: boolean
  /** Shown instead of nothing. */
  emptyText?: string
  copyable?: boolean
  hideLabel?: boolean
  className?: string
}

// Control characters and terminal escapes are shown as nothing, never interpreted: whoever wrote a log does not get to move
// the reader's cursor, and direction marks do not get to reorder a line.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are exactly what is taken out.
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are exactly what is taken out.
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

export function inertText(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(ESCAPES, '').replace(INVISIBLE, '')
}

export function CodeBlock({
  label,
  text,
  wrap = false,
  emptyText = 'Nothing was written.',
  copyable = true,
  hideLabel,
  className,
}: CodeBlockProps) {
  const inert = inertText(text)
  return (
    <figure className={cn('min-w-0 overflow-hidden rounded-lg border border-line bg-sunken', className)}>
      <figcaption
        className={cn(
          hideLabel && !copyable ? 'sr-only' : 'flex items-center justify-between gap-3 border-line border-b px-3 py-1',
        )}
      >
        <span className={cn('text-muted text-xs', hideLabel && 'sr-only')}>{label}</span>
        {copyable && inert !== '' && <CopyButton text={inert} label={`Copy: ${label}`} className="ml-auto" />}
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must be able to reach it. */}
      <section aria-label={label} tabIndex={0} className="max-h-96 overflow-auto focus-visible:-outline-offset-2">
        <pre
          className={cn('w-max min-w-full p-3 text-xs leading-5', wrap && 'w-auto! whitespace-pre-wrap [overflow-wrap:anywhere]')}
        >
          {inert === '' ? <span className="font-sans text-muted">{emptyText}</span> : inert}
        </pre>
      </section>
    </figure>
  )
}
