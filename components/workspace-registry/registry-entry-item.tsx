import { ShieldAlert } from 'lucide-react'
import { describeField, fieldLabels } from '@/components/image-form/field-words'
import { AppLink } from '@/components/ui/app-link'
import { Badge } from '@/components/ui/badge'
import { Checkbox } from '@/components/ui/checkbox'
import { FactList } from '@/components/ui/fact-list'
import { inertText } from '@/components/ui/inert-text'
import { differingFields, WorkspaceImageFields } from '@/lib/domain/workspace-image'
import type { RegistryEntryView } from '@/lib/domain/workspace-registry'
import { RegistryLines } from './registry-lines'

type RegistryEntryItemProps = { entry: RegistryEntryView; chosen: boolean; onChoose: (on: boolean) => void }

export function RegistryEntryItem({ entry, chosen, onChoose }: RegistryEntryItemProps) {
  const { fields, problem, lines, privileges, present } = entry
  const refused = lines.filter(({ verdict }) => verdict === 'refused').length
  return (
    <li className="px-4 py-3">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <Checkbox
          className="min-w-0 flex-1 basis-64 [overflow-wrap:anywhere]"
          label={<span className="font-medium">{inertText(entry.name)}</span>}
          hint={fields ? inertText(fields.reference) : problem}
          checked={chosen}
          disabled={fields === null}
          onChange={(event) => onChoose(event.target.checked)}
        />
        <div className="flex flex-wrap items-center gap-1.5 max-sm:pl-6.5">
          {fields === null && <Badge tone="danger">Cannot be installed</Badge>}
          {refused > 0 && <Badge tone="warn">{`${refused} refused`}</Badge>}
          {privileges.length > 0 && (
            <Badge tone="warn" icon={<ShieldAlert aria-hidden="true" />}>
              More than a desktop
            </Badge>
          )}
          {present && <Badge tone="accent">Installed already</Badge>}
        </div>
      </div>
      <details className="mt-1.5 pl-6.5">
        <summary className="w-fit rounded-sm text-muted text-xs hover:text-ink">
          What becomes of it<span className="sr-only">: {inertText(entry.name)}</span>
        </summary>
        <div className="mt-3 flex flex-col gap-4 pb-1">
          {present && (
            <p>
              <AppLink href={`/admin/images/${present.id}`}>{present.name}</AppLink> has the same Docker image. Installing makes
              another workspace; it changes nothing about that one.
            </p>
          )}
          {privileges.length > 0 && (
            <ul className="list-disc rounded-lg border border-warn-line bg-warn-soft py-2.5 pr-3 pl-8">
              {privileges.map((privilege) => (
                <li key={privilege}>{inertText(privilege)}</li>
              ))}
            </ul>
          )}
          {fields && (
            <section aria-label="The form it fills">
              <p className="mb-2 font-medium text-xs">The form it fills</p>
              <FactList facts={factsOf(fields)} />
            </section>
          )}
          <section aria-label="What the registry says">
            <p className="mb-2 font-medium text-xs">What the registry says</p>
            <RegistryLines lines={lines} />
          </section>
        </div>
      </details>
    </li>
  )
}

/** What is not as in an empty form, and the sizes always. */
function factsOf(fields: WorkspaceImageFields) {
  const empty = WorkspaceImageFields.parse({ name: '-', reference: 'none' })
  const differing = differingFields(fields, empty).filter((field) => field !== 'enabled')
  const shown = [...new Set([...differing, 'cpuMillis' as const, 'memoryBytes' as const, 'shmBytes' as const])]
  return shown.map((field) => ({
    id: field,
    label: fieldLabels[field],
    value: inertText(describeField(field, fields[field] as never)),
  }))
}
