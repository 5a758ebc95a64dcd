'use client'
import { useId } from 'react'
import { RowList } from '@/components/form/row-list'
import { Checkbox } from '@/components/ui/checkbox'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { isDeclared } from '@/lib/domain/volume-mount'
import { useImageFormContext } from './image-form-context'
import type { VolumeRow } from './image-form-values'

type VolumesEditorProps = { value: VolumeRow[]; onChange: (rows: VolumeRow[]) => void; at: Record<string, string> }

const kinds = [
  { value: 'volume', label: 'Named volume' },
  { value: 'bind', label: 'Directory of the host' },
] as const

function blankVolume(): VolumeRow {
  return { kind: 'volume', name: '', source: '', target: '', readOnly: false, perUser: false }
}

export function VolumesEditor({ value, onChange, at }: VolumesEditorProps) {
  const { known } = useImageFormContext()
  const listId = useId()
  const problemOf = (index: number) => {
    const found = Object.entries(at).filter(([path]) => path === String(index) || path.startsWith(`${index}.`))
    return found.map(([, message]) => message).join(' ') || undefined
  }
  return (
    <>
      <RowList
        rows={value}
        onChange={onChange}
        blank={blankVolume}
        thing="volume"
        max={20}
        empty="Nothing is mounted beside the home."
        problemOf={problemOf}
      >
        {(row, update, index) => (
          <div className="rounded-md border border-line p-3">
            <div className="grid gap-2 sm:grid-cols-[11rem_minmax(0,1fr)_minmax(0,1fr)]">
              <Select
                aria-label={`Kind of volume ${index + 1}`}
                options={kinds}
                value={row.kind}
                // A directory of the host starts read-only, as the schema has it: writing to it is a choice.
                onChange={(event) =>
                  update({ kind: event.target.value as VolumeRow['kind'], readOnly: event.target.value === 'bind' })
                }
              />
              <Source row={row} index={index} update={update} wrong={wrongAt(at, index)} listId={listId} />
              <Input
                aria-label={`Path in the desktop of volume ${index + 1}`}
                aria-invalid={at[`${index}.target`] ? true : undefined}
                value={row.target}
                placeholder="/data"
                autoComplete="off"
                spellCheck={false}
                className="font-mono"
                onChange={(event) => update({ target: event.target.value })}
              />
            </div>
            <div className="mt-2 flex flex-wrap gap-x-6 gap-y-1">
              <Checkbox
                label="Read-only"
                checked={row.readOnly}
                onChange={(event) => update({ readOnly: event.target.checked })}
              />
              {row.kind === 'volume' && (
                <Checkbox
                  label="One for each user"
                  hint="Off: one volume that everyone who launches this shares."
                  checked={row.perUser}
                  onChange={(event) => update({ perUser: event.target.checked })}
                />
              )}
            </div>
            {row.kind === 'bind' && <BindNote source={row.source.trim()} />}
          </div>
        )}
      </RowList>
      <datalist id={listId}>
        {known.bindPaths.map(({ path, agents }) => (
          <option key={path} value={path} label={agents.join(', ')} />
        ))}
      </datalist>
    </>
  )
}

function wrongAt(at: Record<string, string>, index: number): boolean {
  return Boolean(at[`${index}.name`] || at[`${index}.source`])
}

type SourceProps = {
  row: VolumeRow
  index: number
  update: (change: Partial<VolumeRow>) => void
  wrong: boolean
  listId: string
}

function Source({ row, index, update, wrong, listId }: SourceProps) {
  const common = {
    'aria-invalid': wrong ? true : undefined,
    autoComplete: 'off',
    spellCheck: false,
    className: 'font-mono',
  } as const
  return row.kind === 'volume' ? (
    <Input
      {...common}
      aria-label={`Name of volume ${index + 1}`}
      value={row.name}
      placeholder="datasets"
      onChange={(event) => update({ name: event.target.value })}
    />
  ) : (
    <Input
      {...common}
      aria-label={`Directory on the host of volume ${index + 1}`}
      value={row.source}
      placeholder="/srv/datasets"
      list={listId}
      onChange={(event) => update({ source: event.target.value })}
    />
  )
}

/** Which agents offer the directory: elsewhere a launch is refused. */
function BindNote({ source }: { source: string }) {
  const { known } = useImageFormContext()
  if (source === '') return <p className="mt-2 text-muted text-xs">Only directories declared on an agent can be mounted.</p>
  const agents = known.bindPaths.filter(({ path }) => isDeclared(source, [path])).flatMap((declared) => declared.agents)
  const names = [...new Set(agents)]
  if (names.length > 0) return <p className="mt-2 text-muted text-xs">Declared on {names.join(', ')}: it runs only there.</p>
  return (
    <p className="mt-2 text-warn text-xs">
      No agent declares this directory, so nothing could be launched. Declare it on the agent’s page first.
    </p>
  )
}
