'use client'
import { Input } from '@/components/ui/input'
import { NumberInput } from '@/components/ui/number-input'
import { AgentField } from './agent-field'

type AddressFieldProps = {
  hint: string
  /** Somebody typed another address. */
  onChanged?: () => void
}

export function HostField({ hint, onChanged }: AddressFieldProps) {
  return (
    <AgentField name="host" label="Host" required hint={hint}>
      {({ wiring, input }) => (
        <Input
          {...wiring}
          {...input}
          onChange={(event) => {
            onChanged?.()
            input.onChange(event)
          }}
          placeholder="gpu-1.lab.example"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
        />
      )}
    </AgentField>
  )
}

export function PortField({ name, hint, onChanged }: AddressFieldProps & { name: 'port' | 'sshPort' }) {
  return (
    <AgentField name={name} label="Port" required hint={hint}>
      {({ wiring, input }) => (
        <NumberInput
          {...wiring}
          name={input.name}
          inputMode="numeric"
          min={1}
          max={65_535}
          value={input.value ?? ''}
          onBlur={input.onBlur}
          onChange={(event) => {
            onChanged?.()
            input.onChange(event.target.value === '' ? null : Number(event.target.value))
          }}
        />
      )}
    </AgentField>
  )
}
