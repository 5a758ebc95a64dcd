import { CopyButton } from '@/components/ui/copy-button'
import { Notice } from '@/components/ui/notice'

type ShownOnceProps = { label: string; text: string }

/** A secret that nobody can look up again. */
export function ShownOnce({ label, text }: ShownOnceProps) {
  return (
    <div className="flex flex-col gap-3">
      <div className="flex items-center gap-2 rounded-md border border-line bg-sunken px-3 py-2">
        <output aria-label={label} className="min-w-0 flex-1 select-all font-mono text-sm [overflow-wrap:anywhere]">
          {text}
        </output>
        <CopyButton text={text} label={`Copy: ${label}`} />
      </div>
      <Notice tone="warn">It is shown this once; only a hash of it is kept.</Notice>
    </div>
  )
}
