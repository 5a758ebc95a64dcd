'use client'
import { RowList } from '@/components/form/row-list'
import { KeyValueEditor } from '@/components/ui/key-value-editor'
import { NumberInput } from '@/components/ui/number-input'
import { Select } from '@/components/ui/select'
import { DockerOptions } from '@/lib/domain/docker-options'
import { OptionField, useOptions, useRowProblem } from './options-context'

const ulimitNames = DockerOptions.shape.ulimits.unwrap().element.shape.name.options

export function LimitOptions() {
  const { value, set } = useOptions()
  return (
    <>
      <OptionField
        option="pidsLimit"
        label="Process limit"
        hint="How many processes and threads at once, 64 to 65,536. Empty: 4,096."
      >
        {(wiring) => (
          <NumberInput
            {...wiring}
            inputMode="numeric"
            min={64}
            max={65_536}
            value={value.pidsLimit ?? ''}
            placeholder="4096"
            onChange={(event) => set('pidsLimit', event.target.value === '' ? null : Number(event.target.value))}
          />
        )}
      </OptionField>
      <Ulimits />
      <Sysctls />
    </>
  )
}

function Ulimits() {
  const { value, set } = useOptions()
  const ulimitProblem = useRowProblem('ulimits')
  return (
    <OptionField
      option="ulimits"
      as="group"
      label="Limits (ulimit)"
      hint="Soft and hard; −1 means unlimited. memlock −1 and a large nofile are usual for training."
    >
      {() => (
        <RowList
          rows={value.ulimits}
          onChange={(rows) => set('ulimits', rows)}
          blank={() => ({ name: 'nofile' as const, soft: null, hard: null })}
          thing="limit"
          max={20}
          problemOf={ulimitProblem}
        >
          {(row, update, index) => (
            <div className="grid grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)_minmax(0,1fr)] gap-1.5">
              <Select
                aria-label={`Name of limit ${index + 1}`}
                value={row.name}
                options={ulimitNames.map((name) => ({ value: name, label: name }))}
                onChange={(event) => update({ name: event.target.value })}
              />
              {(['soft', 'hard'] as const).map((side) => (
                <NumberInput
                  key={side}
                  aria-label={`${side === 'soft' ? 'Soft' : 'Hard'} value of ${row.name}`}
                  placeholder={side}
                  value={row[side] ?? ''}
                  onChange={(event) => update({ [side]: event.target.value === '' ? null : Number(event.target.value) })}
                />
              ))}
            </div>
          )}
        </RowList>
      )}
    </OptionField>
  )
}

function Sysctls() {
  const { value, set, at } = useOptions()
  return (
    <OptionField
      option="sysctls"
      as="group"
      label="Kernel settings (sysctl)"
      hint="Only those that stay inside the container: net.ipv4.tcp_keepalive_*, ip_local_port_range, kernel.shm*, kernel.msg*, kernel.sem."
      className="sm:col-span-2"
    >
      {() => (
        <KeyValueEditor
          value={value.sysctls}
          onChange={(rows) => set('sysctls', rows)}
          addLabel="Add setting"
          keyPlaceholder="net.ipv4.tcp_keepalive_time"
          valuePlaceholder="600"
          maxRows={20}
          errors={within(at, 'sysctls')}
        />
      )}
    </OptionField>
  )
}

function within(at: Record<string, string>, option: string): Record<string, string> {
  const inside = Object.entries(at).filter(([path]) => path.startsWith(`${option}.`))
  return Object.fromEntries(inside.map(([path, message]) => [path.slice(option.length + 1), message]))
}
