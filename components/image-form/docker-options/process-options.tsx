'use client'
import { LineList } from '@/components/form/line-list'
import { RowList } from '@/components/form/row-list'
import { ByteSizeInput } from '@/components/ui/byte-size-input'
import { Input } from '@/components/ui/input'
import { Switch } from '@/components/ui/switch'
import { OptionField, useOptions, useRowProblem } from './options-context'

export function ProcessOptions() {
  const { value, set } = useOptions()
  const entrypointProblem = useRowProblem('entrypoint')
  const commandProblem = useRowProblem('command')
  return (
    <>
      <OptionField
        option="entrypoint"
        as="group"
        label="Entry point"
        hint="Replaces the image’s own. Without it the desktop’s start script may not run: leave it alone unless you know."
      >
        {() => (
          <LineList
            value={value.entrypoint}
            onChange={(list) => set('entrypoint', list)}
            thing="entry point argument"
            max={50}
            multiline
            problemOf={entrypointProblem}
          />
        )}
      </OptionField>
      <OptionField
        option="command"
        as="group"
        label="Command"
        hint="Handed to the entry point, one argument a row; no shell reads it."
      >
        {() => (
          <LineList
            value={value.command}
            onChange={(list) => set('command', list)}
            thing="command argument"
            max={50}
            multiline
            problemOf={commandProblem}
          />
        )}
      </OptionField>
    </>
  )
}

export function FileSystemOptions() {
  const { value, set } = useOptions()
  const tmpfsProblem = useRowProblem('tmpfs')
  return (
    <>
      <div>
        <Switch
          checked={value.readOnlyRoot}
          onChange={(event) => set('readOnlyRoot', event.target.checked)}
          label={<span className="font-medium">Read-only root</span>}
          hint="Only the home, volumes and memory file systems can be written. Give /tmp a memory file system with it."
        />
      </div>
      <OptionField
        option="tmpfs"
        as="group"
        label="Memory file systems (tmpfs)"
        hint="Fast and gone at stop; what lies there counts as memory."
      >
        {() => (
          <RowList
            rows={value.tmpfs}
            onChange={(rows) => set('tmpfs', rows)}
            blank={() => ({ path: '', sizeBytes: 1024 ** 3 })}
            thing="memory file system"
            max={20}
            problemOf={tmpfsProblem}
          >
            {(row, update, index) => (
              <div className="grid gap-1.5 sm:grid-cols-[minmax(0,1fr)_11rem]">
                <Input
                  aria-label={`Path of memory file system ${index + 1}`}
                  value={row.path}
                  placeholder="/scratch"
                  className="font-mono"
                  onChange={(event) => update({ path: event.target.value })}
                />
                <ByteSizeInput value={row.sizeBytes} onChange={(sizeBytes) => update({ sizeBytes })} />
              </div>
            )}
          </RowList>
        )}
      </OptionField>
    </>
  )
}
