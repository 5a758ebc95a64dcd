'use client'
import { LineList } from '@/components/form/line-list'
import { RowList } from '@/components/form/row-list'
import { Input } from '@/components/ui/input'
import { OptionField, useOptions, useRowProblem } from './options-context'

export function NetworkOptions() {
  const { value, set } = useOptions()
  const dnsProblem = useRowProblem('dns')
  return (
    <>
      <OptionField option="hostname" label="Host name" hint="What the desktop calls itself. Without it: desktop.">
        {(wiring) => (
          <Input
            {...wiring}
            value={value.hostname}
            placeholder="workstation"
            onChange={(event) => set('hostname', event.target.value)}
          />
        )}
      </OptionField>
      <OptionField
        option="network"
        label="Network"
        hint="A Docker network that exists on the agent. Other containers in it may reach the desktop. Host and none are refused."
      >
        {(wiring) => (
          <Input
            {...wiring}
            value={value.network}
            placeholder="one of its own"
            onChange={(event) => set('network', event.target.value)}
          />
        )}
      </OptionField>
      <OptionField option="dns" as="group" label="Name servers" hint="At most three addresses, asked instead of the agent’s own.">
        {() => (
          <LineList
            value={value.dns}
            onChange={(dns) => set('dns', dns)}
            thing="name server"
            placeholder="10.0.0.53"
            max={3}
            problemOf={dnsProblem}
          />
        )}
      </OptionField>
      <ExtraHosts />
    </>
  )
}

function ExtraHosts() {
  const { value, set } = useOptions()
  const hostProblem = useRowProblem('extraHosts')
  return (
    <OptionField
      option="extraHosts"
      as="group"
      label="Extra hosts"
      hint="Lines of /etc/hosts: a name and the address it stands for."
    >
      {() => (
        <RowList
          rows={value.extraHosts}
          onChange={(rows) => set('extraHosts', rows)}
          blank={() => ({ name: '', address: '' })}
          thing="host"
          max={50}
          problemOf={hostProblem}
        >
          {(row, update, index) => (
            <div className="grid grid-cols-2 gap-1.5">
              <Input
                aria-label={`Name of host ${index + 1}`}
                value={row.name}
                placeholder="registry.lab"
                onChange={(event) => update({ name: event.target.value })}
              />
              <Input
                aria-label={`Address of host ${index + 1}`}
                value={row.address}
                placeholder="10.0.0.7"
                onChange={(event) => update({ address: event.target.value })}
              />
            </div>
          )}
        </RowList>
      )}
    </OptionField>
  )
}
