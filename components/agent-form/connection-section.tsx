'use client'
import { KeyRound, Network, Plug } from 'lucide-react'
import { useFormContext, useWatch } from 'react-hook-form'
import { Input } from '@/components/ui/input'
import { RadioCards } from '@/components/ui/radio-cards'
import type { ConnectionResult } from '@/lib/client/check-agent'
import { HostField, PortField } from './address-fields'
import { AgentField } from './agent-field'
import { type AgentForm, isTriable, type StoredKey, toCheckedEndpoint } from './agent-form-values'
import { ConnectionCheck } from './connection-check'
import { PemInput } from './pem-input'
import { SshFields } from './ssh-fields'

const kinds = [
  {
    value: 'tcp',
    label: 'Another machine (tcp with mutual TLS)',
    hint: 'The Docker Engine listens on a port and both sides show a certificate. Sessions are reached at published ports.',
    icon: <Network aria-hidden="true" />,
  },
  {
    value: 'ssh',
    label: 'Another machine (ssh)',
    hint: 'A user there who may use Docker; Docker itself opens no port. Sessions are reached at published ports.',
    icon: <KeyRound aria-hidden="true" />,
  },
  {
    value: 'socket',
    label: 'This machine (socket)',
    hint: 'The Docker Engine on the machine where the portal’s controller runs.',
    icon: <Plug aria-hidden="true" />,
  },
]

export const endpointFields = [
  ...(['kind', 'socketPath', 'host', 'port', 'caPem', 'certPem', 'keyPem', 'serverName'] as const),
  ...(['sshUser', 'sshPort', 'sshSocketPath', 'hostKey', 'sshKey', 'privateKey'] as const),
] as const

type LiveCheckProps = {
  /** Null: nothing is stored yet. */
  before: AgentForm | null
  storedKey: StoredKey
  check: (form: AgentForm, signal: AbortSignal) => Promise<ConnectionResult>
  prepare: () => Promise<boolean>
}

/** The check beside what is being typed. */
export function LiveConnectionCheck({ before, storedKey, check, prepare }: LiveCheckProps) {
  const { control, getValues, setValue } = useFormContext<AgentForm>()
  useWatch({ control, name: endpointFields })
  const form = getValues()
  const endpoint = toCheckedEndpoint(form)
  const complete = isTriable(form, storedKey)
  return (
    <ConnectionCheck
      endpoint={complete ? JSON.stringify(endpoint) : null}
      stored={before && JSON.stringify(toCheckedEndpoint(before))}
      check={(signal) => check(getValues(), signal)}
      prepare={prepare}
      confirmedHostKey={form.hostKey}
      confirmHostKey={(fingerprint) => setValue('hostKey', fingerprint, { shouldDirty: true, shouldValidate: true })}
    />
  )
}

export function ConnectionSection({ storedKey }: { storedKey: StoredKey }) {
  const { control } = useFormContext<AgentForm>()
  const kind = useWatch({ control, name: 'kind' })
  return (
    <>
      <AgentField name="kind" as="group" label="How it is reached" hint="" className="sm:col-span-2">
        {({ input }) => (
          <RadioCards
            name="kind"
            cards={kinds}
            columns={3}
            value={input.value}
            onChange={(event) => input.onChange(event.target.value)}
          />
        )}
      </AgentField>
      {kind === 'socket' && <SocketFields />}
      {kind === 'tcp' && <TcpFields keyIsStored={storedKey === 'tcp'} />}
      {kind === 'ssh' && <SshFields keyIsStored={storedKey === 'ssh'} />}
    </>
  )
}

function SocketFields() {
  return (
    <AgentField
      name="socketPath"
      label="Socket"
      required
      hint="Usually /var/run/docker.sock. The user the portal runs as must be allowed to open it."
    >
      {({ wiring, input }) => <Input {...wiring} {...input} className="font-mono" spellCheck={false} autoComplete="off" />}
    </AgentField>
  )
}

function TcpFields({ keyIsStored }: { keyIsStored: boolean }) {
  return (
    <>
      <HostField hint="Name or address at which the portal reaches the Docker Engine." />
      <div className="grid gap-5 sm:grid-cols-2">
        <PortField name="port" hint="2376 for TLS." />
        <AgentField name="serverName" label="Server name" hint="Only where the certificate names another host.">
          {({ wiring, input }) => <Input {...wiring} {...input} placeholder="the host" autoComplete="off" spellCheck={false} />}
        </AgentField>
      </div>
      <AgentField
        name="caPem"
        label="CA certificate"
        required
        hint="It signed the engine’s certificate: the portal believes no other."
        className="sm:col-span-2"
      >
        {({ wiring, input }) => <PemInput wiring={wiring} {...input} fileName="ca.pem" />}
      </AgentField>
      <AgentField
        name="certPem"
        label="Client certificate"
        required
        hint="The portal shows it; the engine’s CA must have signed it."
      >
        {({ wiring, input }) => <PemInput wiring={wiring} {...input} fileName="cert.pem" />}
      </AgentField>
      <AgentField
        name="keyPem"
        label="Client key"
        required={!keyIsStored}
        hint="Kept encrypted and never shown again. Whoever has it controls the host."
      >
        {({ wiring, input }) => (
          <PemInput
            wiring={wiring}
            {...input}
            fileName="key.pem"
            {...(keyIsStored ? { placeholder: 'Stored. Leave empty to keep it.' } : {})}
          />
        )}
      </AgentField>
    </>
  )
}
