import { Badge } from '@/components/ui/badge'
import { inertText } from '@/components/ui/inert-text'
import type { Tone } from '@/components/ui/tone'
import type { RegistryLine, RegistryVerdict } from '@/lib/domain/workspace-registry'

const looks: Record<RegistryVerdict, { tone: Tone; label: string }> = {
  refused: { tone: 'danger', label: 'Refused' },
  changed: { tone: 'accent', label: 'Changed' },
  used: { tone: 'ok', label: 'Used' },
  ignored: { tone: 'neutral', label: 'Ignored' },
}
const order = Object.keys(looks)

/** What is refused comes first: nobody should have to look for it. */
export function RegistryLines({ lines }: { lines: readonly RegistryLine[] }) {
  const sorted = [...lines].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict))
  if (sorted.length === 0) return <p className="text-muted text-xs">Nothing that could be read.</p>
  return (
    <ul className="flex flex-col divide-y divide-line border-line border-y text-xs">
      {sorted.map((line, index) => (
        <li
          key={`${index} ${line.field}`}
          className="grid grid-cols-[5rem_1fr] gap-x-3 gap-y-0.5 py-1.5 [overflow-wrap:anywhere] sm:grid-cols-[5rem_minmax(8rem,1fr)_2fr]"
        >
          <span>
            <Badge tone={looks[line.verdict].tone}>{looks[line.verdict].label}</Badge>
          </span>
          <code className="min-w-0">{inertText(line.field)}</code>
          <span className="min-w-0 max-sm:col-start-2">
            {line.value !== '' && <span className="text-muted">{inertText(line.value)} </span>}
            {line.why}
          </span>
        </li>
      ))}
    </ul>
  )
}
