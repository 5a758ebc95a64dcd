import { cn } from '@/lib/client/cn'
import { CopyButton } from './copy-button'
import { inertText } from './inert-text'

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
